using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Data;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Protection.Search;

/// <summary>The score of <see cref="ExplainedObjective"/>: it takes all examples together.</summary>
internal sealed class ExplainedScores(
    Dataset data, int width, int classes, ExplainedVariance explained) : ScoreSum
{
    private readonly DenseMatrix _outputs = new(data.Count, width);
    private readonly double[] _weights = BalancedAccuracy.Weights(data.Labels!, classes);
    private double _right;

    // What counts as much as a point of what shifted answers get right.
    private const double AnswersWeight = 5;
    private const double ShareWeight = 0.5;

    private readonly double[] _shares =
        [.. Enumerable.Range(0, classes).Select(c => data.Labels!.Count(label => label == c) / (double)data.Count)];

    /// <inheritdoc/>
    public override Score Result
    {
        get
        {
            var chance = 1.0 / classes;
            var share = explained.Share(_outputs);
            var shifted = BalancedAccuracy.Of(
                ClassShift.Predict(_outputs, _shares, scaled: false, _outputs), data.Labels!, classes).Value;
            var above = Math.Max(0, Math.Max(_right, shifted) - chance);
            return new Score(share + ExplainedObjective.AnswersCount * above, _right,
                Math.Max(Math.Max(share * ShareWeight, above), AnswersWeight * (_right - chance)));
        }
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<float> outputs, int start)
    {
        for (var i = 0; i < outputs.Length; i++) _outputs.At(start + i / width, i % width, outputs[i]);
        for (var i = 0; i < outputs.Length / width; i++)
            if (data.Labels![start + i] is var label
                && TensorPrimitives.IndexOfMax(outputs.Slice(i * width, classes)) == label)
                _right += _weights[label];
    }
}
