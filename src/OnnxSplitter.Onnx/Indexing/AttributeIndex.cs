using Google.Protobuf.Collections;
using Onnx;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Structure;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Indexing;

/// <summary>Collects the attributes that hold what nodes learnt.</summary>
/// <param name="roles">Knows which nodes call functions of the model.</param>
internal sealed class AttributeIndex(WeightRoles roles)
{
    private readonly List<AttributeTensor> _found = [];

    /// <summary>What was found, in the order of the file.</summary>
    public IReadOnlyList<AttributeTensor> Found => _found;

    /// <summary>Looks at the nodes of a graph or a function.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="sites">Where their values lie.</param>
    /// <param name="prefix">Starts the paths of the graph's tensors.</param>
    public void Add(RepeatedField<NodeProto> nodes, GraphSites sites, string prefix)
    {
        int[]? places = null;
        for (var i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            if (OperatorTable.Find(node) is not { Attributes.Count: > 0 } op || roles.IsFunction(node)) continue;
            var position = (places ??= Places(nodes))[i];
            for (var j = 0; j < node.Attribute.Count; j++)
            {
                var attribute = node.Attribute[j];
                if (op.Attributes.FirstOrDefault(one => one.Name == attribute.Name) is not { } held) continue;
                var path = $"{prefix}{NodeNames.At(node, i)}/{held.Name}";
                var (tensor, site) = attribute.T is { } value
                    ? (value, sites.Nodes[i][j].Tensor!)
                    : ConstantScope.ListOf(attribute, sites.Nodes[i][j], path);
                var role = new WeightRole(op, -1, held.Multiplies) { Node = position };
                _found.Add(new AttributeTensor(path, tensor, site, held, role, prefix.Length == 0));
            }
        }
    }

    /// <summary>Where each node comes in an order in which they can be run.</summary>
    private static int[] Places(RepeatedField<NodeProto> nodes)
    {
        var order = NodeOrder.Of(nodes);
        var places = new int[order.Length];
        for (var i = 0; i < order.Length; i++) places[order[i]] = i;
        return places;
    }
}
