using Onnx;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>A weight tensor that the index leaves out.</summary>
/// <param name="Path">Tensor path.</param>
/// <param name="Reason">Why, as the end of a sentence.</param>
public readonly record struct SkippedTensor(string Path, string Reason);

/// <summary>Collects the weight tensors of a structure, top level and subgraphs.</summary>
internal sealed class WeightIndex
{
    // Byte counts of any type stay far from overflow.
    private const long MostElements = long.MaxValue / 64;

    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);

    public List<WeightTensor> Tensors { get; } = [];

    public List<SkippedTensor> Skipped { get; } = [];

    public static WeightIndex Of(ModelProto model, ModelSites sites)
    {
        var index = new WeightIndex();
        index.Add(model.Graph, sites.Graph, prefix: "");
        return index;
    }

    private void Add(GraphProto graph, GraphSites sites, string prefix)
    {
        var roles = WeightRoles.Find(graph);
        var inputs = graph.Input.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < graph.Initializer.Count; i++)
        {
            var tensor = graph.Initializer[i];
            if (!roles.TryGetValue(tensor.Name, out var role)) continue;
            if (inputs.Contains(tensor.Name))
                Skipped.Add(new(prefix + tensor.Name, "it is also a graph input, so not a constant"));
            else
                Add(tensor, sites.Initializers[i], tensor.Name, prefix, role);
        }

        foreach (var sparse in graph.SparseInitializer)
            if (roles.ContainsKey(sparse.Values?.Name ?? ""))
                Skipped.Add(new(prefix + sparse.Values!.Name, "it is sparse"));

        for (var i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            for (var j = 0; j < node.Attribute.Count; j++)
            {
                var attribute = node.Attribute[j];
                var site = sites.Nodes[i][j];
                if (site.Graph is not null)
                {
                    var name = node.Name.Length > 0 ? node.Name : $"{node.OpType}_{i}";
                    Add(attribute.G, site.Graph, $"{prefix}{name}/{attribute.Name}/");
                }
                else if (node.OpType == "Constant" && attribute.T is not null
                    && roles.TryGetValue(node.Output[0], out var role))
                {
                    Add(attribute.T, site.Tensor!, node.Output[0], prefix, role);
                }
            }
        }
    }

    private void Add(TensorProto tensor, PayloadSite site, string name, string prefix, WeightRole role)
    {
        var path = prefix + name;
        var count = ElementCount(tensor, path);
        if (count < 2) return; // A scalar is a setting (a scale, a square root), not a trained weight.
        if (!_paths.Add(path)) throw WireReader.Malformed($"two tensors are named {path}");

        // Integers that are added or multiplied are shapes and positions: not worth a word.
        var dataType = (TensorProto.Types.DataType)tensor.DataType;
        if (dataType is TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Int32) return;
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            Skipped.Add(new(path, "it lies in external data"));
        else if (ElementType.Of(tensor.DataType) is not { } type)
            Skipped.Add(new(path, $"its type {dataType.ToString().ToLowerInvariant()} is not supported"));
        else if (site.Scattered)
            Skipped.Add(new(path, "its values are not stored in one piece"));
        else if (site.Field == TensorFields.Int32Data && type.BitWidth < 8)
            Skipped.Add(new(path, "its 4-bit values lie in int32_data"));
        else if (type.IsInteger)
            Skipped.Add(new(path, $"its values are integers ({type})"));
        else
            Tensors.Add(new WeightTensor(path, type, [.. tensor.Dims], Storage(site, type, count, path), prefix.Length == 0, role));
    }

    private static TensorStorage Storage(PayloadSite site, ElementType type, long count, string path)
    {
        // Which field holds what type: onnx.proto, TensorProto.
        var field = type.DataType switch
        {
            TensorProto.Types.DataType.Float => TensorFields.FloatData,
            TensorProto.Types.DataType.Double => TensorFields.DoubleData,
            _ => TensorFields.Int32Data,
        };
        if (site.Field != field && site.Field != TensorFields.RawData)
            throw WireReader.Malformed($"tensor {path} has no {type} values");
        var size = type.PackedLength(1);
        var varints = site.Field == TensorFields.Int32Data;
        var (stored, wanted) = varints
            ? (site.Parts.Sum(part => part.Numbers), count)
            : (site.Parts.Sum(part => part.Form == StorageForm.Tagged ? part.Numbers * size : part.Length), type.PackedLength(count));
        if (stored != wanted)
            throw WireReader.Malformed(varints
                ? $"tensor {path} has {stored} numbers instead of {wanted}"
                : $"tensor {path} has {stored} bytes for {count} {type} values");
        if (!varints && site.Parts.Any(part => part.Form == StorageForm.Packed && part.Length % size != 0))
            throw WireReader.Malformed($"a value of tensor {path} is cut in two");
        return new TensorStorage("", site.Parts);
    }

    private static long ElementCount(TensorProto tensor, string path)
    {
        long count = 1;
        foreach (var dim in tensor.Dims)
        {
            if (dim < 0 || (dim > 0 && count > MostElements / dim))
                throw WireReader.Malformed($"the shape of tensor {path} is out of range");
            count *= dim;
        }

        return count;
    }
}
