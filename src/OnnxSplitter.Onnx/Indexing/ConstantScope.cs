using Google.Protobuf.Collections;
using Onnx;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Structure;

namespace OnnxSplitter.Onnx.Indexing;

/// <summary>The constants that names of a graph stand for, those of the graphs around it included.</summary>
internal sealed class ConstantScope(ConstantScope? outer)
{
    private readonly Dictionary<string, (TensorProto Tensor, TensorDataSite Site)> _constants =
        new(StringComparer.Ordinal);

    private readonly HashSet<string> _weights = new(StringComparer.Ordinal);

    /// <summary>Whether this graph has not had a weight of that name so far; it has one from here on.</summary>
    public bool IsNew(string name) => _weights.Add(name);

    public void Add(string name, TensorProto tensor, TensorDataSite site) => _constants[name] = (tensor, site);

    public void Add(RepeatedField<NodeProto> nodes, GraphSites sites)
    {
        foreach (var i in NodeOrder.Of(nodes))
        {
            var node = nodes[i];
            if (node.OpType == "Constant" && node.Output.Count > 0 && ValueOf(node, sites.Nodes[i]) is { } value)
                _constants[node.Output[0]] = value;
            else if (OperatorTable.Find(node)?.Passes == PassThrough.Unchanged && node.Input.Count > 0
                && node.Output.Count > 0
                && Find(node.Input[0]) is { } same)
                _constants[node.Output[0]] = same;
        }
    }

    public (TensorProto Tensor, TensorDataSite Site)? Find(string name) =>
        _constants.TryGetValue(name, out var found) ? found : outer?.Find(name);

    /// <summary>The tensor or the list of floats of a <c>Constant</c> node; null if it has neither.</summary>
    public static (TensorProto Tensor, TensorDataSite Site)? ValueOf(NodeProto node, List<AttributeSites> sites)
    {
        for (var i = 0; i < node.Attribute.Count; i++)
        {
            if (node.Attribute[i].T is { } tensor) return (tensor, sites[i].Tensor!);
            if (node.Attribute[i].Name == "value_floats") return ListOf(node.Attribute[i], sites[i], node.Output[0]);
        }

        return null;
    }

    /// <summary>A list of floats as a tensor.</summary>
    public static (TensorProto Tensor, TensorDataSite Site) ListOf(
        AttributeProto attribute, AttributeSites sites, string name) => (
        new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            Dims = { attribute.Floats.Count },
        },
        sites.Floats);
}
