using System.Numerics.Tensors;
using OnnxSplitter.Data;

namespace OnnxSplitter.Protection.Search;

/// <summary>The score of an objective that is a mean over examples: the parts add up.</summary>
/// <param name="data">All examples that are scored, with labels or the original's outputs.</param>
/// <param name="width">Values of the model's output per example.</param>
/// <param name="objective">What to sum.</param>
/// <param name="weights">What a right answer counts, by class; none for the error.</param>
internal sealed class ExampleScores(
    Dataset data, int width, ExampleObjective objective, double[] weights) : ScoreSum
{
    // By example: sums do not depend on which of them came first.
    private readonly double[] _objective = new double[data.Count];
    private readonly double[] _left = new double[data.Count];

    /// <inheritdoc/>
    public override Score Result
    {
        get
        {
            var left = _left.Sum();
            return new Score(_objective.Sum() / data.Count, left, left);
        }
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<float> outputs, int start)
    {
        for (var i = 0; i < outputs.Length / width; i++)
        {
            var row = outputs.Slice(i * width, width);
            _objective[start + i] = objective.Value(row, data, start + i);
            if (objective.Metric == Metric.NormalizedError)
                _left[start + i] = (1 - data.Reference!.Error(row, start + i)) / data.Count;
            else if (TensorPrimitives.IndexOfMax(row) is var best && float.IsNaN(row[best]))
                _left[start + i] = double.NaN;
            else if (data.Labels![start + i] == best) _left[start + i] = weights[best];
        }
    }
}
