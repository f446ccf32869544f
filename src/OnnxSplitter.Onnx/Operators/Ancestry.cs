using Onnx;

namespace OnnxSplitter.Onnx.Operators;

/// <summary>What a value of a graph is computed from.</summary>
public static class Ancestry
{
    /// <summary>
    /// Names of all values that have an influence on a value, itself among them, and paths of attributes that have.
    /// </summary>
    /// <param name="nodes">Nodes of a graph, in an order in which they can run.</param>
    /// <param name="value">Name of one of its values.</param>
    public static IReadOnlySet<string> Of(IEnumerable<NodeProto> nodes, string value)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal) { value };
        foreach (var node in nodes.Reverse())
        {
            if (!node.Output.Any(needed.Contains)) continue;
            needed.UnionWith(NodeInputs.Of(node));
            foreach (var attribute in OperatorTable.Find(node)?.Attributes ?? [])
                needed.Add($"{node.Name}/{attribute.Name}");
        }

        return needed;
    }
}
