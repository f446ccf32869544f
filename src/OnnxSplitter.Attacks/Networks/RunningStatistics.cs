using System.Numerics.Tensors;

namespace OnnxSplitter.Attacks.Networks;

/// <summary>Mean and variance of each place's channels, averaged over batches, the later ones counting more.</summary>
internal sealed class RunningStatistics
{
    // As PyTorch does by default.
    private const float Momentum = 0.1f;

    private readonly Dictionary<string, float[]> _values = new(StringComparer.Ordinal);

    /// <summary>By the names of <see cref="NetworkGraph.RunningNames"/>.</summary>
    public IReadOnlyDictionary<string, float[]> Values => _values;

    /// <summary>Takes what a batch had.</summary>
    /// <param name="name">Of the value.</param>
    /// <param name="value">Of each channel.</param>
    public void Add(string name, ReadOnlySpan<float> value)
    {
        if (!_values.TryGetValue(name, out var mean))
        {
            _values[name] = value.ToArray();
            return;
        }

        var step = new float[mean.Length];
        TensorPrimitives.Subtract(value, mean, step);
        TensorPrimitives.MultiplyAdd(step, Momentum, mean, mean);
    }

    /// <summary>The same values, kept.</summary>
    public RunningStatistics Copy()
    {
        var copy = new RunningStatistics();
        foreach (var (name, value) in _values) copy._values[name] = [.. value];
        return copy;
    }
}
