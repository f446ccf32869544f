using Onnx;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Gradients.Rewriting.Classical;

/// <summary>What a graph says of its names, looked up once for all of its nodes.</summary>
internal sealed class GraphNames
{
    private readonly Dictionary<string, int> _nodes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _leading = new(StringComparer.Ordinal);

    /// <summary>Looks at a graph.</summary>
    public GraphNames(GraphProto graph)
    {
        foreach (var node in graph.Node)
        {
            _nodes[node.Name] = _nodes.GetValueOrDefault(node.Name) + 1;
            _values.UnionWith(node.Output);
        }

        _values.UnionWith(graph.Initializer.Select(tensor => tensor.Name));
        foreach (var output in graph.Output.Where(output => output.Type?.TensorType?.ElemType
            is (int)TensorProto.Types.DataType.Float or (int)TensorProto.Types.DataType.Double
                or (int)TensorProto.Types.DataType.Float16))
            _leading.UnionWith(Ancestry.Of(graph.Node, output.Name));
    }

    /// <summary>Whether several nodes have a name.</summary>
    public bool IsShared(NodeProto node) => node.Name.Length > 0 && _nodes.GetValueOrDefault(node.Name) > 1;

    /// <summary>Whether a value has a name.</summary>
    public bool Has(string name) => _values.Contains(name);

    /// <summary>Whether an output of floats is computed from a value.</summary>
    public bool LeadsToFloats(string value) => _leading.Contains(value);
}
