using Google.Protobuf.Collections;
using Onnx;
using OnnxSplitter.Onnx.External;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Structure;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Indexing;

/// <summary>
/// The constant tensors of a file of two dimensions or more, by what the file says and nothing that is known of ops:
/// the list that keyed secrets count by (docs/format.md), which must be the same for every reader for ever.
/// </summary>
internal sealed class ConstantTensors
{
    private const int LeastRank = 2;

    private readonly List<(string Path, TensorProto Tensor, TensorDataSite Site)> _found = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);

    private ConstantTensors()
    {
    }

    /// <summary>Collects them. Nothing is checked yet, since few readers ask for them.</summary>
    /// <param name="model">The structure, nodes in the file's order.</param>
    /// <param name="sites">Where its values lie.</param>
    public static ConstantTensors Of(ModelProto model, ModelSites sites)
    {
        var tensors = new ConstantTensors();
        tensors.Add(model.Graph, sites.Graph, prefix: "");
        for (var i = 0; i < model.Functions.Count; i++)
            tensors.Add(model.Functions[i].Node, sites.Functions[i], NodeNames.PrefixOf(model.Functions[i]));
        return tensors;
    }

    /// <summary>Those of types that weights have, with values side by side, ascending by ordinal path.</summary>
    /// <param name="folder">Where data files are; null for none.</param>
    /// <exception cref="ModelFormatException">One is malformed.</exception>
    public IReadOnlyList<StoredTensor> Find(DataFolder? folder)
    {
        var places = new TensorPlaces(folder);
        return
        [
            .. _found.OrderBy(found => found.Path, StringComparer.Ordinal)
                .Select(found => places.Find(found.Tensor, found.Site, found.Path, out _)).OfType<StoredTensor>()
                .Where(tensor => tensor.Count > 0 && tensor.Storage.Parts is [{ Form: StorageForm.Packed }]),
        ];
    }

    private void Add(GraphProto graph, GraphSites sites, string prefix)
    {
        for (var i = 0; i < graph.Initializer.Count; i++)
            Add(prefix + graph.Initializer[i].Name, graph.Initializer[i], sites.Initializers[i]);
        Add(graph.Node, sites, prefix);
    }

    private void Add(RepeatedField<NodeProto> nodes, GraphSites sites, string prefix)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            for (var j = 0; j < node.Attribute.Count; j++)
            {
                var attribute = node.Attribute[j];
                if (sites.Nodes[i][j].Graph is { } inner)
                    Add(attribute.G, inner, $"{prefix}{NodeNames.At(node, i)}/{attribute.Name}/");
                if (node.OpType == "Constant" && node.Output.Count > 0 && attribute.T is { } tensor)
                    Add(prefix + node.Output[0], tensor, sites.Nodes[i][j].Tensor!);
            }
        }
    }

    private void Add(string path, TensorProto tensor, TensorDataSite site)
    {
        if (tensor.Dims.Count < LeastRank) return;
        var unique = path;
        for (var i = 2; !_paths.Add(unique); i++) unique = $"{path}#{i}";
        _found.Add((unique, tensor, site));
    }
}
