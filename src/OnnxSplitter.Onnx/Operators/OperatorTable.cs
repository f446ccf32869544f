using Onnx;

namespace OnnxSplitter.Onnx.Operators;

/// <summary>
/// One row an op. All that is known of an op beyond how its gradient is written stands here, and nowhere else.
/// </summary>
public static class OperatorTable
{
    /// <summary>The rows, family by family.</summary>
    public static IReadOnlyList<Operator> Rows { get; } =
    [
        .. ElementwiseOperators.Rows, .. LayerOperators.Rows, .. ArrangingOperators.Rows, .. ReducingOperators.Rows,
        .. QuantizedOperators.Rows, .. MicrosoftOperators.Rows, .. ClassicalOperators.Rows, .. OtherOperators.Rows,
    ];

    private static readonly Dictionary<(string Domain, string Name), Operator> ByName =
        Rows.ToDictionary(row => (row.Domain, row.Name));

    // Those of the rows, and ONNX's that have none.
    private static readonly HashSet<string> Domains =
    [
        .. Rows.Select(row => row.Domain), "ai.onnx", "ai.onnx.training", "ai.onnx.preview", "ai.onnx.preview.training",
    ];

    /// <summary>The row of a node's op; null if nothing is known of it.</summary>
    /// <remarks>
    /// A function of the model may have the name of an op; whoever looks at functions has to ask for them first.
    /// </remarks>
    public static Operator? Find(NodeProto node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Find(node.Domain, node.OpType);
    }

    /// <summary>
    /// Whether a node's op is of a domain that is neither ONNX's nor ONNX Runtime's: a library brings it, or a function
    /// of the model.
    /// </summary>
    /// <param name="node">The node.</param>
    public static bool IsCustom(NodeProto node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return !Domains.Contains(node.Domain);
    }

    /// <summary>The row of an op; null if nothing is known of it.</summary>
    /// <param name="domain">Its domain. ONNX's own may be written out.</param>
    /// <param name="name">Its type.</param>
    public static Operator? Find(string domain, string name) =>
        ByName.GetValueOrDefault((domain == "ai.onnx" ? "" : domain, name));
}
