using Onnx;

namespace OnnxSplitter.Onnx.Operators;

/// <summary>What a node reads.</summary>
public static class NodeInputs
{
    /// <summary>
    /// Names of all values that a node reads: its inputs, and whatever its subgraphs read or give, which they may take
    /// from outside. Names of the subgraphs' own are among them.
    /// </summary>
    /// <param name="node">The node.</param>
    public static IEnumerable<string> Of(NodeProto node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Input.Where(name => name.Length > 0).Concat(node.Attribute
            .SelectMany(attribute => attribute.Graphs.Prepend(attribute.G)).OfType<GraphProto>()
            .SelectMany(graph => graph.Node.SelectMany(Of).Concat(graph.Output.Select(output => output.Name))));
    }
}
