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

    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly bool _overridable;
    private readonly WeightRoles _roles;
    private readonly TensorPlaces _places;
    private readonly QuantizedWeights _quantized;
    private readonly NormalizationIndex _normalizations;

    private WeightIndex(ModelProto model, DataFolder? folder)
    {
        _overridable = model.IrVersion >= OverridableSince;
        _roles = new WeightRoles(model);
        _places = new TensorPlaces(folder);
        _quantized = new QuantizedWeights(_places);
        _normalizations = new NormalizationIndex(_places);
    }

    public List<WeightTensor> Tensors { get; } = [];

    public List<SkippedTensor> Skipped { get; } = [];

    public IReadOnlyList<Normalization> Normalizations => _normalizations.With(Tensors);

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
            if (!roles.TryGetValue(tensor.Name, out var role)) continue;
            if (repeated.Contains(tensor.Name))
            {
                // ONNX Runtime 1.31 takes the last of small ones and the first of large ones.
                if (scope.IsNew(tensor.Name))
                    Skipped.Add(new(prefix + tensor.Name, "there are several of its name, and which counts is open"));
            }
            else if (inputs.Contains(tensor.Name))
                Skipped.Add(new(prefix + tensor.Name, "it is also a graph input, so not a constant"));
            else
                Add(tensor, sites.Initializers[i], tensor.Name, prefix, role, scope);
        }

        foreach (var sparse in graph.SparseInitializer)
            if (roles.ContainsKey(sparse.Values?.Name ?? ""))
                Skipped.Add(new(prefix + sparse.Values!.Name, "it is sparse"));

        Add(graph.Node, sites, prefix, roles, scope);
    }

    private void Add(RepeatedField<NodeProto> nodes, GraphSites sites, string prefix,
        IReadOnlyDictionary<string, WeightRole> roles, ConstantScope scope)
    {
        _normalizations.Add(nodes, scope);
        for (var i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            for (var j = 0; j < node.Attribute.Count; j++)
                if (sites.Nodes[i][j].Graph is { } inner)
                {
                    var name = NodeNames.At(node, i);
                    Add(node.Attribute[j].G, inner, $"{prefix}{name}/{node.Attribute[j].Name}/", scope);
                }

            if (node.OpType != "Constant" || node.Output.Count == 0
                || !roles.TryGetValue(node.Output[0], out var role)) continue;
            if (node.Attribute.Any(attribute => attribute.SparseTensor is not null))
                Skipped.Add(new(prefix + node.Output[0], "it is sparse"));
            else if (ConstantScope.ValueOf(node, sites.Nodes[i]) is { } constant)
                Add(constant.Tensor, constant.Site, node.Output[0], prefix, role, scope);
        }
    }

    private void Add(TensorProto tensor, TensorDataSite site, string name, string prefix, WeightRole role,
        ConstantScope scope)
    {
        var path = prefix + name;
        var count = TensorShape.CountOf(tensor, path);
        if (count < 2) return; // A scalar is a setting (a scale, a square root), not a trained weight.
        path = Unique(path, ofOneGraph: !scope.IsNew(name), prefix.Length == 0);

        // Integers that are added or multiplied are shapes and positions: not worth a word.
        var dataType = (TensorProto.Types.DataType)tensor.DataType;
        if (dataType is TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Int32) return;
        if (_places.Find(tensor, site, path, out var reason) is not { } stored)
        {
            Skipped.Add(new(path, reason));
            return;
        }

        var weight = new WeightTensor(path, stored.Type, stored.Dims, stored.Storage, prefix.Length == 0, role);
        if (stored.Type.IsInteger && _quantized.Of(weight, scope, out reason) is { } quantized) Tensors.Add(quantized);
        else if (stored.Type.IsInteger) Skipped.Add(new(path, reason));
        else Tensors.Add(weight);
    }

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
                Skipped.Add(new(tensor.Path, $"it shares its bytes with {last.Path}"));
            }

            if (part.Offset + part.Length > last.End)
                ends[tensor.Storage.File] = (part.Offset + part.Length, tensor.Path);
        }

        Tensors.RemoveAll(tensor => shared.Contains(tensor.Path));
    }
}
