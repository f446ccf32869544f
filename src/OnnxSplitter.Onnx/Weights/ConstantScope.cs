using Google.Protobuf.Collections;
using Onnx;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>The constants that names of a graph stand for, those of the graphs around it included.</summary>
internal sealed class ConstantScope(ConstantScope? outer)
{
    private readonly Dictionary<string, (TensorProto Tensor, PayloadSite Site)> _constants = new(StringComparer.Ordinal);

    public void Add(string name, TensorProto tensor, PayloadSite site) => _constants[name] = (tensor, site);

    public void Add(RepeatedField<NodeProto> nodes, GraphSites sites)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            if (node.OpType == "Constant" && node.Output.Count > 0 && ValueOf(node, sites.Nodes[i]) is { } value)
                _constants[node.Output[0]] = value;
            else if (OperatorTable.Find(node)?.Passes == PassThrough.Unchanged && node.Input.Count > 0 && node.Output.Count > 0
                && Find(node.Input[0]) is { } same)
                _constants[node.Output[0]] = same;
        }
    }

    public (TensorProto Tensor, PayloadSite Site)? Find(string name) =>
        _constants.TryGetValue(name, out var found) ? found : outer?.Find(name);

    /// <summary>The tensor or the list of floats of a <c>Constant</c> node; null if it has neither.</summary>
    public static (TensorProto Tensor, PayloadSite Site)? ValueOf(NodeProto node, List<AttributeSites> sites)
    {
        for (var i = 0; i < node.Attribute.Count; i++)
        {
            if (node.Attribute[i].T is { } tensor) return (tensor, sites[i].Tensor!);
            if (node.Attribute[i].Name == "value_floats")
                return (new TensorProto
                {
                    Name = node.Output[0],
                    DataType = (int)TensorProto.Types.DataType.Float,
                    Dims = { node.Attribute[i].Floats.Count },
                }, sites[i].Floats);
        }

        return null;
    }
}
