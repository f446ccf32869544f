using Onnx;

namespace OnnxSplitter.Onnx.Operators;

/// <summary>What a node reads.</summary>
public static class NodeInputs
{
    /// <summary>
    /// Names of all values that a node reads: its inputs, and what its bodies read or give that is not their own.
    /// </summary>
    /// <param name="node">The node.</param>
    public static IEnumerable<string> Of(NodeProto node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Input.Where(name => name.Length > 0).Concat(Bodies(node).SelectMany(OfBody));
    }

    /// <summary>The bodies of a control flow op, of the node alone.</summary>
    /// <param name="node">The node.</param>
    public static IEnumerable<GraphProto> Bodies(NodeProto node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Attribute.SelectMany(attribute => attribute.Graphs.Prepend(attribute.G)).OfType<GraphProto>();
    }

    /// <summary>Names that a graph gives to values of its own.</summary>
    /// <param name="graph">The graph.</param>
    public static IReadOnlySet<string> OwnNames(GraphProto graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Names(graph).ToHashSet(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Names(GraphProto graph) =>
    [
        .. graph.Input.Select(input => input.Name),
        .. graph.Initializer.Select(tensor => tensor.Name),
        .. graph.SparseInitializer.Select(tensor => tensor.Values?.Name ?? ""),
        .. graph.Node.SelectMany(node => node.Output),
    ];

    private static IEnumerable<string> OfBody(GraphProto body)
    {
        var own = OwnNames(body);
        return body.Node.SelectMany(Of).Concat(body.Output.Select(output => output.Name))
            .Where(name => !own.Contains(name));
    }
}
