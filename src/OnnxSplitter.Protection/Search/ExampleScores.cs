using System.Numerics.Tensors;
using OnnxSplitter.Data;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Protection.Search;

/// <summary>The score of an objective that is a mean over examples: the parts add up.</summary>
internal sealed class ExampleScores : ScoreSum
{
    private readonly Dataset _data;
    private readonly ExampleObjective _objective;
    private readonly int _width;
    private readonly double[] _weights;
    private double _objectiveSum;
    private double _left;

    /// <summary>Prepares to read outputs.</summary>
    /// <param name="data">All examples that are scored, at least one, with labels or the original's outputs.</param>
    /// <param name="width">Values of the model's output per example.</param>
    /// <param name="objective">What to sum.</param>
    public ExampleScores(Dataset data, int width, ExampleObjective objective)
    {
        ArgumentOutOfRangeException.ThrowIfZero(data.Count, nameof(data));
        (_data, _objective, _width) = (data, objective, width);
        _weights = objective.Metric == Metric.Accuracy ? ClassWeights.Of(data.Labels!, width) : [];
    }

    /// <inheritdoc/>
    public override Score Result => new(_objectiveSum / _data.Count, _left, _left);

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<float> outputs, int start)
    {
        for (var i = 0; i < outputs.Length / _width; i++)
        {
            var row = outputs.Slice(i * _width, _width);
            _objectiveSum += _objective.Value(row, _data, start + i);
            if (_objective.Metric == Metric.NormalizedError)
                _left += (1 - _data.Reference!.Error(row, start + i)) / _data.Count;
            else if (_data.Labels![start + i] is var label && TensorPrimitives.IndexOfMax(row) == label)
                _left += _weights[label];
        }
    }
}
