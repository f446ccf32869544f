using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Moves;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// Measures what candidates would do, exactly. Activations before a candidate's layer are computed once per batch for
/// all candidates (prefix cache), the change is added to the layer's cached output (delta branch), and only what
/// follows is run again.
/// </summary>
internal sealed class CandidateEvaluator : IDisposable
{
    private const int PreferredBatch = 64;

    // Each may hold a copy of all weights but those in data files.
    private const int MostSites = 8;
    private const long MostInSites = 4L << 30;

    private readonly SearchModel _model;
    private readonly ModelSignature _signature;
    private readonly IReadOnlyDictionary<string, ValueInfo> _values;
    private readonly GraphSlice _slice;
    private readonly Dictionary<string, ChangeSite> _sites = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Suffix> _suffixes = [];
    private readonly int _mostSites;
    private Prefix? _prefix;

    /// <summary>Opens no session yet.</summary>
    /// <param name="model">The model; what is measured are changes of its present values.</param>
    /// <param name="signature">Its inputs and output.</param>
    /// <param name="values">Type and shape of its values.</param>
    public CandidateEvaluator(
        SearchModel model, ModelSignature signature, IReadOnlyDictionary<string, ValueInfo> values)
    {
        (_model, _signature, _values) = (model, signature, values);
        _slice = new GraphSlice(model.Proto.Graph, signature.Inputs.Select(input => input.Name));
        _mostSites = (int)Math.Clamp(MostInSites / Math.Max(1, model.Proto.CalculateSize()), 1, MostSites);
        model.Changing += Forget;
    }

    /// <summary>The objective and accuracy after each candidate alone, at the model's present values.</summary>
    public Score[] Evaluate(IReadOnlyList<Candidate> candidates, Dataset data, Objective objective) =>
        Evaluate(candidates, data, objective, out _);

    /// <summary>The same, and the measure without any of them, which costs next to nothing beside.</summary>
    public Score[] Evaluate(
        IReadOnlyList<Candidate> candidates, Dataset data, Objective objective, out Score present)
    {
        var measures = new Score[candidates.Count];
        present = default;
        var byTensor = candidates.Select((candidate, i) => (candidate, i))
            .GroupBy(pair => pair.candidate.Tensor.Path, StringComparer.Ordinal);
        foreach (var part in byTensor.Chunk(_mostSites).DefaultIfEmpty([]))
        {
            MakeRoom(part.Select(group => group.Key).ToHashSet(StringComparer.Ordinal));
            present = Evaluate(
                [.. part.Select(group => (Site(group.First().candidate.Tensor), group.ToArray()))], data, objective,
                measures);
        }

        return measures;
    }

    private Score Evaluate((ChangeSite Site, (Candidate Candidate, int Index)[] Members)[] bySite, Dataset data,
        Objective objective, Score[] measures)
    {
        var modelInputs = _signature.Inputs.Select(input => input.Name).ToArray();
        var fetches = bySite.SelectMany(group => group.Site.Needs).Distinct(StringComparer.Ordinal)
            .Except(modelInputs, StringComparer.Ordinal).Append(_signature.Output).ToArray();
        var prefix = PrefixGiving(fetches);
        using var run = new RunOptions();
        var batch = _signature.Batch(PreferredBatch, data.Count);
        data = _signature.FixedBatch is null ? data : data.First(data.Count / batch * batch);
        var begin = objective.Scores(data, _signature.Width);
        var now = begin();
        var sums = bySite.SelectMany(group => group.Members).ToDictionary(member => member.Index, _ => begin());
        for (var start = 0; start < data.Count; start += batch)
        {
            var count = Math.Min(batch, data.Count - start);
            using var cache = new FeedSet();
            foreach (var name in modelInputs) cache.Values[name] = data.Batch(name, start, count);
            var results = prefix.Session.Run(run, modelInputs, [.. modelInputs.Select(name => cache.Values[name])], fetches);
            for (var i = 0; i < fetches.Length; i++) cache.Values[fetches[i]] = results[i];
            now.Add(OrtFloats.Read(results[^1]), start);
            foreach (var (site, members) in bySite)
                foreach (var (candidate, i) in members)
                    site.Measure(candidate, cache, outputs => sums[i].Add(outputs, start),
                        last: start + count == data.Count && i == members[^1].Index);
        }

        foreach (var (i, sum) in sums) measures[i] = sum.Result;
        return now.Result;
    }

    /// <summary>The objective and accuracy at the model's present values.</summary>
    public Score Evaluate(Dataset data, Objective objective)
    {
        var sum = objective.Scores(data, _signature.Width)();
        sum.Add(Outputs(data), 0);
        return sum.Result;
    }

    /// <summary>The model's output rows at its present values.</summary>
    public float[] Outputs(Dataset data)
    {
        using var present = _model.Sessions.Load(_model.Proto, _signature);
        return present.Outputs(data);
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

    /// <summary>
    /// A session of the whole model that gives some values: the last one, if it does, since finalists are among those
    /// that were screened.
    /// </summary>
    private Prefix PrefixGiving(string[] values)
    {
        if (_prefix is { } known && known.Values.IsSupersetOf(values)) return known;
        _prefix?.Session.Dispose();
        _prefix = null;
        return _prefix = new Prefix(
            _model.Sessions.Open(_model.Giving(values)), values.ToHashSet(StringComparer.Ordinal));
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

    /// <summary>Closes sites that are not among some tensors', if there would be too many with these.</summary>
    private void MakeRoom(HashSet<string> wanted)
    {
        string[] others = [.. _sites.Keys.Where(path => !wanted.Contains(path))];
        Close([.. others.Take(Math.Max(0, others.Length + wanted.Count - _mostSites))]);
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
