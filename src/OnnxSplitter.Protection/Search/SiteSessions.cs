using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// The sessions that candidates are measured by: one of the whole model, and what follows each changed layer. They are
/// kept until a constant that they hold changes.
/// </summary>
internal sealed class SiteSessions : IDisposable
{
    // Each may hold a copy of all weights but those in data files.
    private const int MostSites = 8;
    private const long MostInSites = 4L << 30;

    private readonly SearchModel _model;
    private readonly ModelSignature _signature;
    private readonly IReadOnlyDictionary<string, ValueInfo> _values;
    private readonly GraphSlice _slice;
    private readonly Dictionary<string, ChangeSite> _sites = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Suffix> _suffixes = [];
    private Prefix? _prefix;

    /// <summary>Opens no session yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="signature">Its inputs and output.</param>
    /// <param name="values">Type and shape of its values.</param>
    public SiteSessions(SearchModel model, ModelSignature signature, IReadOnlyDictionary<string, ValueInfo> values)
    {
        (_model, _signature, _values) = (model, signature, values);
        _slice = new GraphSlice(model.Proto.Graph, signature.Inputs.Select(input => input.Name));
        Most = (int)Math.Clamp(MostInSites / Math.Max(1, model.Proto.CalculateSize()), 1, MostSites);
        model.Changing += Forget;
    }

    /// <summary>How many tensors' there are at a time.</summary>
    public int Most { get; }

    /// <summary>Where each of some tensors is changed.</summary>
    /// <param name="tensors">Different ones, <see cref="Most"/> at most.</param>
    public ChangeSite[] Of(IReadOnlyList<WeightTensor> tensors)
    {
        var wanted = tensors.Select(tensor => tensor.Path).ToHashSet(StringComparer.Ordinal);
        string[] others = [.. _sites.Keys.Where(path => !wanted.Contains(path))];
        Close([.. others.Take(Math.Max(0, others.Length + wanted.Count - Most))]);
        return [.. tensors.Select(Site)];
    }

    /// <summary>
    /// A session of the whole model that gives some values: the last one, if it does, since finalists are among those
    /// that were screened.
    /// </summary>
    public InferenceSession Giving(string[] values)
    {
        if (_prefix is not { } known || !known.Values.IsSupersetOf(values))
        {
            _prefix?.Session.Dispose();
            _prefix = null;
            _prefix = known = new Prefix(
                _model.Sessions.Open(_model.Giving(values)), values.ToHashSet(StringComparer.Ordinal));
        }

        return known.Session;
    }

    private ChangeSite Site(WeightTensor tensor)
    {
        var path = tensor.Path;
        if (_sites.TryGetValue(path, out var known)) return known;
        var consumers = _slice.Consumers(path, out var direct);
        var first = consumers[0];
        var node = _model.Proto.Graph.Node[first];
        var delta = !tensor.Type.IsInteger && direct && consumers.Count == 1
            && node.Input.Count(input => input == path) == 1
            && node.Output[0] != _signature.Output
            ? OutputDelta.For(node, tensor.Dims, node.Input.IndexOf(path), _values[node.Output[0]].Dims)
            : null;
        return _sites[path] = new ChangeSite(
            delta is null ? SuffixAt(first, path) : SuffixAfter(first), _signature.Output, _model, delta, tensor);
    }

    /// <summary>What follows a node. Tensors of one op share it.</summary>
    private Suffix SuffixAfter(int node)
    {
        if (_suffixes.TryGetValue(node, out var known)) return known;
        var graph = _slice.Suffix(node + 1, _signature.Output, null, out var crossing);
        return _suffixes[node] = Open(graph, crossing, crossing);
    }

    /// <summary>A node that uses a tensor, and what follows it; the tensor is an input.</summary>
    private Suffix SuffixAt(int node, string path)
    {
        var graph = _slice.Suffix(node, _signature.Output, path, out var crossing);
        return Open(graph, crossing, [.. crossing, path]);
    }

    private Suffix Open(GraphProto graph, List<string> crossing, List<string> inputs)
    {
        graph.Input.AddRange(inputs.Select(Declaration));
        return new Suffix(_model.Sessions.Open(_model.Wrap(graph)), crossing,
            graph.Initializer.Select(constant => constant.Name).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Declares a value as a graph input: its type, with the shape left open.</summary>
    private ValueInfoProto Declaration(string name) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)_values[name].Type } },
    };

    /// <summary>Releases the sessions.</summary>
    public void Dispose()
    {
        _model.Changing -= Forget;
        Close([.. _sites.Keys]);
        _prefix?.Session.Dispose();
    }

    /// <summary>Closes what holds constants that change. What comes after them stays as it is.</summary>
    private void Forget(object? sender, WeightsChangingEventArgs e)
    {
        Close([.. _sites.Where(site => site.Value.Suffix.Constants.Overlaps(e.Paths)).Select(site => site.Key)]);
        _prefix?.Session.Dispose();
        _prefix = null;
    }

    /// <summary>Closes sites, and with the last site of a suffix its session.</summary>
    private void Close(string[] paths)
    {
        foreach (var path in paths)
        {
            if (!_sites.Remove(path, out var site)) continue;
            var suffix = site.Suffix;
            if (_sites.Values.Any(other => ReferenceEquals(other.Suffix, suffix))) continue;
            foreach (var (node, _) in _suffixes.Where(pair => ReferenceEquals(pair.Value, suffix)).ToArray())
                _suffixes.Remove(node);
            suffix.Session.Dispose();
        }
    }

    /// <summary>A session of the whole model that gives values on the way.</summary>
    private sealed record Prefix(InferenceSession Session, IReadOnlySet<string> Values);
}
