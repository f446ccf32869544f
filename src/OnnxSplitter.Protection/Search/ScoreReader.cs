using System.Numerics.Tensors;
using OnnxSplitter.Data;

namespace OnnxSplitter.Protection.Search;

/// <summary>Measures outputs for some examples, batch by batch: the parts add up to the measure of all.</summary>
internal sealed class ScoreReader
{
    private readonly Dataset _data;
    private readonly Objective _objective;
    private readonly int _width;
    private readonly double[] _weights;

    /// <summary>Prepares to read outputs.</summary>
    /// <param name="data">All examples that are scored, at least one, with labels or the original's outputs.</param>
    /// <param name="width">Values of the model's output per example.</param>
    /// <param name="objective">What to sum.</param>
    public ScoreReader(Dataset data, int width, Objective objective)
    {
        ArgumentOutOfRangeException.ThrowIfZero(data.Count, nameof(data));
        (_data, _objective, _width) = (data, objective, width);
        _weights = objective.Metric == Metric.Accuracy ? Weights(data, width) : [];
    }

    /// <summary>The part of some examples.</summary>
    /// <param name="outputs">Output rows of these examples.</param>
    /// <param name="start">Index of the first.</param>
    public Score Of(ReadOnlySpan<float> outputs, int start)
    {
        double sum = 0, left = 0;
        for (var i = 0; i < outputs.Length / _width; i++)
        {
            var row = outputs.Slice(i * _width, _width);
            sum += _objective.Value(row, _data, start + i);
            if (_objective.Metric == Metric.NormalizedError)
                left += (1 - _data.Reference!.Error(row, start + i)) / _data.Count;
            else if (_data.Labels![start + i] is var label && TensorPrimitives.IndexOfMax(row) == label)
                left += _weights[label];
        }

        return new Score(sum / _data.Count, left);
    }

    /// <summary>1 / (classes that occur * examples of the class), by label.</summary>
    private static double[] Weights(Dataset data, int classes)
    {
        var counts = new double[classes];
        foreach (var label in data.Labels!) counts[label]++;
        var occurring = counts.Count(count => count > 0);
        return [.. counts.Select(count => count > 0 ? 1 / (occurring * count) : 0)];
    }
}
