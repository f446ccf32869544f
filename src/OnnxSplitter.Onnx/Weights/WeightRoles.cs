using Onnx;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>What an op does with a weight tensor.</summary>
/// <param name="Op">The op's type, such as <c>Conv</c>; of several that use the tensor, the first in graph order.</param>
/// <param name="Input">Index of the op's input that the tensor reaches.</param>
/// <param name="Multiplies">Whether the op multiplies by it; otherwise it adds it, as a bias.</param>
public readonly record struct WeightRole(string Op, int Input, bool Multiplies)
{
    /// <summary>Position of that op in its graph, by which tensors can be put in graph order.</summary>
    public int Node { get; init; }
}

/// <summary>Says which values of a graph an op multiplies by or adds: one row per op.</summary>
internal static class WeightRoles
{
    /// <summary>Inputs that are multiplied by, and inputs that are added, per op (ONNX operators, any opset).</summary>
    /// <remarks>The variance of BatchNormalization is left out: below zero it has no root.</remarks>
    private static readonly Dictionary<string, (int[] Multiplied, int[] Added)> Rows = new(StringComparer.Ordinal)
    {
        ["Add"] = ([], [0, 1]),
        ["BatchNormalization"] = ([1], [2, 3]),
        ["Conv"] = ([1], [2]),
        ["ConvTranspose"] = ([1], [2]),
        ["Div"] = ([0, 1], []),
        ["Einsum"] = ([0, 1], []),
        ["GRU"] = ([1, 2], [3]),
        ["Gather"] = ([0], []),
        ["Gemm"] = ([0, 1], [2]),
        ["GroupNormalization"] = ([1], [2]),
        ["InstanceNormalization"] = ([1], [2]),
        ["LSTM"] = ([1, 2], [3]),
        ["LayerNormalization"] = ([1], [2]),
        ["MatMul"] = ([0, 1], []),
        ["Mul"] = ([0, 1], []),
        ["PRelu"] = ([1], []),
        ["RNN"] = ([1, 2], [3]),
        ["RMSNormalization"] = ([1], []),
        ["Sub"] = ([], [0, 1]),
    };

    /// <summary>Ops whose first input reaches their output with its values unchanged.</summary>
    private static readonly HashSet<string> PassThrough = new(StringComparer.Ordinal)
    {
        "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze",
    };

    /// <summary>
    /// Names in <paramref name="graph"/> that some op multiplies by or adds, directly or through a reshaping.
    /// </summary>
    public static Dictionary<string, WeightRole> Find(GraphProto graph)
    {
        var roles = new Dictionary<string, WeightRole>(StringComparer.Ordinal);

        // Consumers come after producers, so one pass backwards sees a name's role before the op that passes it on.
        for (var i = graph.Node.Count - 1; i >= 0; i--)
        {
            var node = graph.Node[i];
            if (node.Domain is not ("" or "ai.onnx")) continue;
            if (PassThrough.Contains(node.OpType))
            {
                foreach (var output in node.Output)
                    if (node.Input.Count > 0 && roles.TryGetValue(output, out var role)) roles[node.Input[0]] = role;
            }
            else if (Rows.TryGetValue(node.OpType, out var row))
            {
                foreach (var input in row.Added.Where(input => input < node.Input.Count))
                    roles[node.Input[input]] = new WeightRole(node.OpType, input, Multiplies: false) { Node = i };
                foreach (var input in row.Multiplied.Where(input => input < node.Input.Count))
                    roles[node.Input[input]] = new WeightRole(node.OpType, input, Multiplies: true) { Node = i };
            }
        }

        return roles;
    }
}
