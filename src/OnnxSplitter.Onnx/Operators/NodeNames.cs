using System.Globalization;
using Onnx;

namespace OnnxSplitter.Onnx.Operators;

/// <summary>What tensor paths call nodes and functions.</summary>
public static class NodeNames
{
    /// <summary>Its name, or one made of its op and its position in the file, if it has none.</summary>
    /// <param name="node">The node.</param>
    /// <param name="position">Its position among the nodes of its graph, as the file has them.</param>
    public static string At(NodeProto node, int position)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Name.Length > 0
            ? node.Name
            : string.Create(CultureInfo.InvariantCulture, $"{node.OpType}_{position}");
    }

    /// <summary>
    /// Whether tensor paths begin with its name: of nodes with bodies, and with attributes that hold weights.
    /// </summary>
    /// <param name="node">The node.</param>
    public static bool AreInPaths(NodeProto node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return NodeInputs.Bodies(node).Any() || OperatorTable.Find(node) is { Attributes.Count: > 0 };
    }

    /// <summary>What the paths of a function's tensors begin with.</summary>
    /// <param name="function">The function.</param>
    public static string PrefixOf(FunctionProto function)
    {
        ArgumentNullException.ThrowIfNull(function);
        var overload = function.Overload.Length > 0 ? $":{function.Overload}" : "";
        return $"{function.Domain}::{function.Name}{overload}/";
    }
}
