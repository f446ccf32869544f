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

    // Two points above chance are as much as a tenth of the variance.
    private const double AnswersWeight = 5;

    /// <inheritdoc/>
    public override Score Result
    {
        get
        {
            var (share, above) = (explained.Share(_outputs), Math.Max(0, _right - 1.0 / classes));
            return new Score(
                share + ExplainedObjective.AnswersCount * above, _right, Math.Max(share, AnswersWeight * above));
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
