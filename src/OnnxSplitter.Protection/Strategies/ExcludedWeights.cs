using OnnxSplitter.Protection.Moves;

namespace OnnxSplitter.Protection.Strategies;

/// <summary>Weights that may not be changed again, by tensor.</summary>
internal sealed class ExcludedWeights
{
    private static readonly HashSet<long> None = [];

    private readonly Dictionary<string, HashSet<long>> _indices = new(StringComparer.Ordinal);

    /// <summary>These weights, by tensor path and flat index.</summary>
    public static ExcludedWeights Of(IEnumerable<(string Path, long Index)> weights)
    {
        var excluded = new ExcludedWeights();
        foreach (var (path, index) in weights) excluded.Add(path, index);
        return excluded;
    }

    /// <summary>Indices of one tensor.</summary>
    public IReadOnlySet<long> Of(string path) => _indices.GetValueOrDefault(path, None);

    /// <summary>Every weight, in an order of its own.</summary>
    public IEnumerable<(string Path, long Index)> All =>
        _indices.SelectMany(pair => pair.Value.Select(index => (pair.Key, index)));

    public bool Holds(Candidate candidate) =>
        candidate.NewValues.Any(weight => Of(candidate.Tensor.Path).Contains(weight.Index));

    public void Add(Candidate candidate)
    {
        foreach (var weight in candidate.NewValues) Add(candidate.Tensor.Path, weight.Index);
    }

    public void Add(string path, long index)
    {
        if (!_indices.TryGetValue(path, out var indices)) _indices[path] = indices = [];
        indices.Add(index);
    }

    public ExcludedWeights Copy()
    {
        var copy = new ExcludedWeights();
        copy.Become(this);
        return copy;
    }

    /// <summary>Holds what another holds, and nothing else.</summary>
    public void Become(ExcludedWeights other)
    {
        var all = other.All.ToArray();
        _indices.Clear();
        foreach (var (path, index) in all) Add(path, index);
    }
}
