using Google.Protobuf.Collections;
using Onnx;
using OnnxSplitter.Onnx.External;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Structure;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Indexing;

/// <summary>Collects the weight tensors of a structure: of the main graph, of subgraphs and of functions.</summary>
internal sealed class WeightIndex
{
    // From this version of the file format on, an initializer that is also a graph input is a default that callers
    // replace; before it, every initializer had to be one.
    private const long OverridableSince = 4;

    /// <summary>Why a default is left alone.</summary>
    public const string Replaceable = "it is also a graph input, so not a constant";

    private const string Sparse = "it is sparse";

    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly bool _overridable;
    private readonly WeightRoles _roles;
    private readonly TensorPlaces _places;
    private readonly QuantizedWeights _quantized;
    private readonly NormalizationIndex _normalizations;
    private readonly AttributeIndex _attributes;

    private WeightIndex(ModelProto model, DataFolder? folder)
    {
        _overridable = model.IrVersion >= OverridableSince;
        _roles = new WeightRoles(model);
        _places = new TensorPlaces(folder);
        _quantized = new QuantizedWeights(_places);
        _normalizations = new NormalizationIndex(_places);
        _attributes = new AttributeIndex(_roles);
    }

    public List<WeightTensor> Tensors { get; } = [];

    public List<SkippedTensor> Skipped { get; } = [];

    public IReadOnlyList<Normalization> Normalizations => _normalizations.With(Tensors);

    /// <summary>Whether nodes hold what they learnt themselves.</summary>
    public bool HoldsAttributes => _attributes.Found.Count > 0;

    /// <summary>Makes the index.</summary>
    /// <param name="model">The structure.</param>
    /// <param name="sites">Where its values lie.</param>
    /// <param name="folder">Where data files are; null if that is not known, which leaves their tensors out.</param>
    /// <exception cref="ModelFormatException">A tensor is malformed, or names a data file that is refused.</exception>
    public static WeightIndex Of(ModelProto model, ModelSites sites, DataFolder? folder)
    {
        var index = new WeightIndex(model, folder);
        index.Add(model.Graph, sites.Graph, prefix: "", new ConstantScope(null));
        for (var i = 0; i < model.Functions.Count; i++)
        {
            var function = model.Functions[i];
            var scope = new ConstantScope(null);
            scope.Add(function.Node, sites.Functions[i]);
            index.Add(
                function.Node, sites.Functions[i], NodeNames.PrefixOf(function), index._roles.Find(function), scope);
        }

        // After all others, whose paths were theirs before attributes had any.
        foreach (var attribute in index._attributes.Found) index.Add(attribute);
        index.SkipOverlaps();
        return index;
    }

    private void Add(GraphProto graph, GraphSites sites, string prefix, ConstantScope outer)
    {
        var roles = _roles.Find(graph);
        var scope = new ConstantScope(outer);
        var inputs = graph.Input.Where(_ => _overridable).Select(input => input.Name)
            .ToHashSet(StringComparer.Ordinal);
        var repeated = graph.Initializer.CountBy(tensor => tensor.Name).Where(name => name.Value > 1)
            .Select(name => name.Key).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < graph.Initializer.Count; i++)
            if (!inputs.Contains(graph.Initializer[i].Name) && !repeated.Contains(graph.Initializer[i].Name))
                scope.Add(graph.Initializer[i].Name, graph.Initializer[i], sites.Initializers[i]);
        scope.Add(graph.Node, sites);
        for (var i = 0; i < graph.Initializer.Count; i++)
        {
            var tensor = graph.Initializer[i];
            if (!roles.Weights.TryGetValue(tensor.Name, out var role))
                SkipUnknown(tensor, prefix + tensor.Name, tensor.Name, roles);
            else if (repeated.Contains(tensor.Name))
            {
                // ONNX Runtime 1.31 takes the last of small ones and the first of large ones.
                if (scope.IsNew(tensor.Name))
                    Skip(tensor, prefix + tensor.Name, "there are several of its name, and which counts is open");
            }
            else if (inputs.Contains(tensor.Name))
                Skip(tensor, prefix + tensor.Name, Replaceable);
            else
                Add(tensor, sites.Initializers[i], tensor.Name, prefix, role, scope);
        }

        foreach (var sparse in graph.SparseInitializer)
            if (roles.Weights.ContainsKey(sparse.Values?.Name ?? ""))
                Skip(sparse.Values!, prefix + sparse.Values!.Name, Sparse);

        Add(graph.Node, sites, prefix, roles, scope);
    }

    private void Add(RepeatedField<NodeProto> nodes, GraphSites sites, string prefix,
        GraphRoles roles, ConstantScope scope)
    {
        _normalizations.Add(nodes, scope);
        _attributes.Add(nodes, sites, prefix);
        for (var i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            for (var j = 0; j < node.Attribute.Count; j++)
                if (sites.Nodes[i][j].Graph is { } inner)
                {
                    var called = NodeNames.At(node, i);
                    Add(node.Attribute[j].G, inner, $"{prefix}{called}/{node.Attribute[j].Name}/", scope);
                }

            if (node.OpType != "Constant" || node.Output.Count == 0) continue;
            var (name, weight) = (node.Output[0], roles.Weights.TryGetValue(node.Output[0], out var role));
            if (node.Attribute.FirstOrDefault(attribute => attribute.SparseTensor is not null) is { } sparse)
            {
                if (weight) Skip(sparse.SparseTensor.Values ?? new TensorProto(), prefix + name, Sparse);
            }
            else if (ConstantScope.ValueOf(node, sites.Nodes[i]) is { } constant)
            {
                if (weight) Add(constant.Tensor, constant.Site, name, prefix, role, scope);
                else SkipUnknown(constant.Tensor, prefix + name, name, roles);
            }
        }
    }

    private void Add(TensorProto tensor, TensorDataSite site, string name, string prefix, WeightRole role,
        ConstantScope scope)
    {
        var path = prefix + name;
        var count = TensorShape.CountOf(tensor, path);
        if (count < 2) return; // A scalar is a setting (a scale, a square root), not a trained weight.
        path = Unique(path, ofOneGraph: !scope.IsNew(name), prefix.Length == 0);
        if (!MayBeTrained(tensor)) return;
        if (_places.Find(tensor, site, path, out var reason) is not { } stored)
        {
            Skip(tensor, path, reason);
            return;
        }

        var weight = new WeightTensor(path, stored.Type, stored.Dims, stored.Storage, prefix.Length == 0, role);
        if (stored.Type.IsInteger && _quantized.Of(weight, scope, out reason) is { } quantized) Tensors.Add(quantized);
        else if (stored.Type.IsInteger)
        {
            var bits = role.Quantization is { PackedBits: > 0 and < 8 } packed ? packed.PackedBits : 8;
            Skipped.Add(new(path, count * 8 / bits, reason));
        }
        else Tensors.Add(weight);
    }

    private void Add(AttributeTensor attribute)
    {
        var tensor = attribute.Tensor;
        if (TensorShape.CountOf(tensor, attribute.Path) < 2 || !MayBeTrained(tensor)) return;
        var path = Unique(attribute.Path, ofOneGraph: false, topLevel: false);
        if (attribute.Attribute.Fixed is { } reason) Skip(tensor, path, reason);
        else if (_places.Find(tensor, attribute.Site, path, out reason) is not { } stored) Skip(tensor, path, reason);
        else if (stored.Type.IsInteger) Skip(tensor, path, $"its type {stored.Type} is not supported");
        else
            Tensors.Add(new WeightTensor(
                path, stored.Type, stored.Dims, stored.Storage, attribute.TopLevel, attribute.Role));
    }

    private void SkipUnknown(TensorProto tensor, string path, string name, GraphRoles roles)
    {
        if (roles.Unknown.TryGetValue(name, out var reason) && MayBeTrained(tensor)
            && TensorShape.CountOf(tensor, path) > 1) Skip(tensor, path, reason);
    }

    private void Skip(TensorProto tensor, string path, string reason) =>
        Skipped.Add(new(path, TensorShape.CountOf(tensor, path), reason));

    /// <summary>Whether a tensor's type is one of numbers that are learned: others are shapes and positions.</summary>
    private static bool MayBeTrained(TensorProto tensor) => (TensorProto.Types.DataType)tensor.DataType
        is not (TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Int32
            or TensorProto.Types.DataType.Bool or TensorProto.Types.DataType.String);

    /// <summary>
    /// Names of a graph are its own, but nodes need not have different names: a path that another node's graph has
    /// already gets a number, in file order.
    /// </summary>
    private string Unique(string path, bool ofOneGraph, bool topLevel)
    {
        var unique = path;
        for (var i = 2; !_paths.Add(unique); i++)
        {
            if (ofOneGraph || topLevel) throw WireReader.Malformed($"two tensors are named {path}");
            unique = $"{path}#{i}";
        }

        return unique;
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
                Skipped.Add(new(tensor.Path, tensor.Count, $"it shares its bytes with {last.Path}"));
            }

            if (part.Offset + part.Length > last.End)
                ends[tensor.Storage.File] = (part.Offset + part.Length, tensor.Path);
        }

        Tensors.RemoveAll(tensor => shared.Contains(tensor.Path));
    }
}
