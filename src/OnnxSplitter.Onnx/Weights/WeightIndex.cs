using Google.Protobuf.Collections;
using Onnx;
using OnnxSplitter.Onnx.External;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>Collects the weight tensors of a structure: of the main graph, of subgraphs and of functions.</summary>
internal sealed class WeightIndex
{
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly WeightRoles _roles;
    private readonly TensorPlaces _places;

    private WeightIndex(ModelProto model, DataFolder? folder)
    {
        _roles = new WeightRoles(model);
        _places = new TensorPlaces(folder);
    }

    public List<WeightTensor> Tensors { get; } = [];

    public List<SkippedTensor> Skipped { get; } = [];

    /// <summary>Makes the index.</summary>
    /// <param name="model">The structure.</param>
    /// <param name="sites">Its payloads.</param>
    /// <param name="folder">Where data files are; null if that is not known, which leaves their tensors out.</param>
    /// <exception cref="ModelFormatException">A tensor is malformed, or names a data file that is refused.</exception>
    public static WeightIndex Of(ModelProto model, ModelSites sites, DataFolder? folder)
    {
        var index = new WeightIndex(model, folder);
        index.Add(model.Graph, sites.Graph, prefix: "", new ConstantScope(null));
        for (var i = 0; i < model.Functions.Count; i++)
        {
            var function = model.Functions[i];
            var overload = function.Overload.Length > 0 ? $":{function.Overload}" : "";
            var scope = new ConstantScope(null);
            scope.Add(function.Node, sites.Functions[i]);
            index.Add(function.Node, sites.Functions[i], $"{function.Domain}::{function.Name}{overload}/",
                index._roles.Find(function), scope);
        }

        index.SkipOverlaps();
        return index;
    }

    private void Add(GraphProto graph, GraphSites sites, string prefix, ConstantScope outer)
    {
        var roles = _roles.Find(graph);
        var scope = new ConstantScope(outer);
        var inputs = graph.Input.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < graph.Initializer.Count; i++)
            if (!inputs.Contains(graph.Initializer[i].Name))
                scope.Add(graph.Initializer[i].Name, graph.Initializer[i], sites.Initializers[i]);
        scope.Add(graph.Node, sites);
        for (var i = 0; i < graph.Initializer.Count; i++)
        {
            var tensor = graph.Initializer[i];
            if (!roles.TryGetValue(tensor.Name, out var role)) continue;
            if (inputs.Contains(tensor.Name))
                Skipped.Add(new(prefix + tensor.Name, "it is also a graph input, so not a constant"));
            else
                Add(tensor, sites.Initializers[i], tensor.Name, prefix, role, scope);
        }

        foreach (var sparse in graph.SparseInitializer)
            if (roles.ContainsKey(sparse.Values?.Name ?? ""))
                Skipped.Add(new(prefix + sparse.Values!.Name, "it is sparse"));

        Add(graph.Node, sites, prefix, roles, scope);
    }

    private void Add(RepeatedField<NodeProto> nodes, GraphSites sites, string prefix, IReadOnlyDictionary<string, WeightRole> roles,
        ConstantScope scope)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            for (var j = 0; j < node.Attribute.Count; j++)
                if (sites.Nodes[i][j].Graph is { } inner)
                {
                    var name = node.Name.Length > 0 ? node.Name : $"{node.OpType}_{i}";
                    Add(node.Attribute[j].G, inner, $"{prefix}{name}/{node.Attribute[j].Name}/", scope);
                }

            if (node.OpType != "Constant" || node.Output.Count == 0 || !roles.TryGetValue(node.Output[0], out var role)) continue;
            if (node.Attribute.Any(attribute => attribute.SparseTensor is not null))
                Skipped.Add(new(prefix + node.Output[0], "it is sparse"));
            else if (ConstantScope.ValueOf(node, sites.Nodes[i]) is { } constant)
                Add(constant.Tensor, constant.Site, node.Output[0], prefix, role, scope);
        }
    }

    private void Add(TensorProto tensor, PayloadSite site, string name, string prefix, WeightRole role, ConstantScope scope)
    {
        var path = prefix + name;
        var count = TensorPlaces.CountOf(tensor, path);
        if (count < 2) return; // A scalar is a setting (a scale, a square root), not a trained weight.
        if (!_paths.Add(path)) throw WireReader.Malformed($"two tensors are named {path}");

        // Integers that are added or multiplied are shapes and positions: not worth a word.
        var dataType = (TensorProto.Types.DataType)tensor.DataType;
        if (dataType is TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Int32) return;
        if (_places.Find(tensor, site, path, out var reason) is not { } stored)
        {
            Skipped.Add(new(path, reason));
            return;
        }

        var weight = new WeightTensor(path, stored.Type, stored.Dims, stored.Storage, prefix.Length == 0, role);
        if (stored.Type.IsInteger && Quantized(weight, scope, out reason) is { } quantized) Tensors.Add(quantized);
        else if (stored.Type.IsInteger) Skipped.Add(new(path, reason));
        else Tensors.Add(weight);
    }

    /// <summary>A tensor of integers with what stands for zero; null, and why, if that can't be followed.</summary>
    private WeightTensor? Quantized(WeightTensor tensor, ConstantScope scope, out string reason)
    {
        reason = $"its integers ({tensor.Type}) are not weights of a quantised op";
        if (tensor.Role.Quantization is not { } quantization) return null;
        if (quantization.PackedBits > 0)
        {
            reason = "it is packed in a way that is not supported";
            if (Unpacked(tensor, quantization) is not { } unpacked) return null;
            tensor = unpacked;
        }

        ZeroPoints zeros;
        if (quantization.ZeroPoint.Length == 0)
            zeros = ZeroPoints.Constant(quantization.PackedBits > 0 ? 1 << tensor.Type.BitWidth - 1 : 0);
        else
        {
            reason = "its zero points are no constants of a type that can be read";
            if (scope.Find(quantization.ZeroPoint) is not { } constant
                || _places.Find(constant.Tensor, constant.Site, quantization.ZeroPoint, out _) is not { Type.IsInteger: true } values)
                return null;
            reason = "its zero points do not fit its shape";
            if (Zeros(tensor, quantization, values) is not { } known) return null;
            zeros = known;
        }

        return tensor with { ZeroPoints = zeros };
    }

    private static ZeroPoints? Zeros(WeightTensor tensor, Quantization quantization, StoredTensor values)
    {
        if (quantization.PackedBits > 0)
        {
            // Rows of zero points are padded to whole bytes; both tensors are seen as rows of 4 or 8 bits.
            var (rows, blocks, size) = (tensor.Dims[0], tensor.Dims[1], tensor.Dims[2]);
            var perRow = tensor.Type.BitWidth < 8 ? blocks + blocks % 2 : blocks;
            if (values.Type != ElementType.UInt8 || values.Count != tensor.Type.PackedLength(rows * perRow)) return null;
            values = values with { Type = tensor.Type, Dims = [rows, perRow] };
            return new ZeroPoints(values, 0, 1, blocks * size, size, perRow);
        }

        if (values.Count == 1) return new ZeroPoints(values, 0, 1, 1, 0, 0);
        var axis = (int)(quantization.Axis < 0 ? quantization.Axis + tensor.Dims.Count : quantization.Axis);
        if (quantization.Rearranged || axis < 0 || axis >= tensor.Dims.Count || values.Count == 0) return null;
        var inner = tensor.Dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim);
        var zeros = quantization.BlockSize > 0
            ? new ZeroPoints(values, 0, inner, tensor.Dims[axis], quantization.BlockSize,
                (tensor.Dims[axis] - 1) / quantization.BlockSize + 1)
            : new ZeroPoints(values, 0, inner, tensor.Dims[axis], 0, 0);
        return zeros.Cover(tensor.Count) ? zeros : null;
    }

    /// <summary>Bytes of MatMulNBits [rows, blocks, bytes] as the 4-bit or 8-bit numbers that they hold.</summary>
    private static WeightTensor? Unpacked(WeightTensor tensor, Quantization quantization)
    {
        var type = quantization.PackedBits switch { 4 => ElementType.UInt4, 8 => ElementType.UInt8, _ => null };
        if (type is null || tensor.Type != ElementType.UInt8 || tensor.Dims.Count != 3 || quantization.Rearranged
            || tensor.Storage.Parts is not [{ Form: StorageForm.Packed }]
            || quantization.BlockSize <= 0 || quantization.BlockSize % 2 != 0
            || tensor.Dims[2] != type.PackedLength(quantization.BlockSize)) return null;
        return new WeightTensor(tensor.Path, type, [tensor.Dims[0], tensor.Dims[1], quantization.BlockSize], tensor.Storage,
            tensor.TopLevel, tensor.Role);
    }

    /// <summary>Tensors of different names may share their bytes in a data file; a weight is changed once.</summary>
    private void SkipOverlaps()
    {
        var ends = new Dictionary<string, (long End, string Path)>(StringComparer.Ordinal);
        var shared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in Tensors.Where(tensor => tensor.Storage.File.Length > 0)
            .OrderBy(tensor => tensor.Storage.Parts[0].Offset).ThenBy(tensor => tensor.Path, StringComparer.Ordinal))
        {
            var part = tensor.Storage.Parts[0];
            if (ends.TryGetValue(tensor.Storage.File, out var last) && part.Offset < last.End)
            {
                shared.Add(tensor.Path);
                Skipped.Add(new(tensor.Path, $"it shares its bytes with {last.Path}"));
            }

            if (part.Offset + part.Length > last.End)
                ends[tensor.Storage.File] = (part.Offset + part.Length, tensor.Path);
        }

        Tensors.RemoveAll(tensor => shared.Contains(tensor.Path));
    }
}
