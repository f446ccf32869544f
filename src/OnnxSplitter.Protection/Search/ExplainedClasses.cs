using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Data;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// Class scores: what a readout explains of the labels, and what is right without any, after class constants and
/// scales.
/// </summary>
internal sealed class ExplainedClasses(OutputBlock block, Dataset data)
    : ExplainedBlock(block, OneHot(data.Labels!, block.Classes), Weights(data.Labels!, block.Classes))
{
    // What a readout with labels explains counts so much beside what is right without any: a thief who has labels also
    // has the inputs to learn from, so less need be taken from him.
    private const double ShareCount = 0.6;

    // What is left of a share counts as so much accuracy.
    private const double ShareLeft = 0.25;

    private readonly IReadOnlyList<int> _labels = data.Labels!;
    private readonly double[] _weights = ClassWeights.Of(data.Labels!, block.Classes);
    private readonly double[] _shares =
    [
        .. Enumerable.Range(0, block.Classes)
            .Select(c => data.Labels!.Count(label => label == c) / (double)data.Count),
    ];

    private int Classes => _shares.Length;

    private protected override Score Score(DenseMatrix features, double share)
    {
        var chance = 1.0 / _shares.Count(share => share > 0);
        var answers = Right(features);
        var (smooth, most) = (0.0, answers);
        foreach (var shift in Shifts(features))
        {
            var shifted = shift.Apply(features);
            most = Math.Max(most, Right(shifted));
            smooth += Smooth(shifted, null) / 2;
        }

        return new Score(ShareCount * share + smooth, answers, Math.Max(share * ShareLeft, most - chance));
    }

    /// <summary>The derivative of the smooth accuracies; constants and scales count as they are.</summary>
    private protected override void AddSlopes(DenseMatrix features, DenseMatrix slopes)
    {
        slopes.MapInplace(slope => ShareCount * slope);
        foreach (var shift in Shifts(features))
        {
            var own = new DenseMatrix(features.RowCount, features.ColumnCount);
            Smooth(shift.Apply(features), own);
            for (var c = 0; c < Classes; c++)
                for (var i = 0; i < own.RowCount; i++)
                    slopes.At(i, c, slopes.At(i, c) + own.At(i, c) * shift.Scales[c] / 2);
        }
    }

    /// <summary>How scores are read without labels; fitted anew to each state, so that shifting them is no gain.</summary>
    private IEnumerable<ClassShift> Shifts(DenseMatrix features) =>
        new[] { false, true }.Select(scaled => ClassShift.Fit(features, _shares, scaled));

    /// <summary>
    /// The accuracy of scores, smooth on the scale of their margins, so that shrinking all of them is no gain.
    /// </summary>
    /// <param name="scores">Examples by class.</param>
    /// <param name="slopes">Gets its derivative by every score; null if it is not asked for.</param>
    private double Smooth(DenseMatrix scores, DenseMatrix? slopes)
    {
        var margins = new double[_labels.Count];
        var others = new double[_labels.Count][];
        for (var i = 0; i < margins.Length; i++)
            margins[i] = Margin(scores.Row(i).ToArray(), _labels[i], others[i] = new double[Classes]);
        var temperature = Math.Max(1e-6, margins.Average(Math.Abs) / 2);
        double sum = 0;
        for (var i = 0; i < margins.Length; i++)
        {
            var (label, smooth) = (_labels[i], 1 / (1 + Math.Exp(-margins[i] / temperature)));
            sum += _weights[label] * smooth;
            var slope = _weights[label] * smooth * (1 - smooth) / temperature;
            for (var c = 0; slopes is not null && c < Classes; c++)
                slopes.At(i, c, slope * (c == label ? 1 : -others[i][c]));
        }

        return sum;
    }

    private double Right(DenseMatrix scores) => ClassWeights.Right(
        [.. scores.EnumerateRows().Select(row => row.MaximumIndex())], _labels, Classes);

    /// <summary>The label's score less the logarithm of the sum of the others' exponentials.</summary>
    /// <param name="scores">By class.</param>
    /// <param name="label">The class.</param>
    /// <param name="others">Gets each other class's share of that sum.</param>
    private static double Margin(double[] scores, int label, double[] others)
    {
        var most = double.NegativeInfinity;
        for (var c = 0; c < scores.Length; c++)
            if (c != label) most = Math.Max(most, scores[c]);
        for (var c = 0; c < scores.Length; c++) others[c] = c == label ? 0 : Math.Exp(scores[c] - most);
        var sum = others.Sum();
        for (var c = 0; c < scores.Length; c++) others[c] /= sum;
        return scores[label] - most - Math.Log(sum);
    }

    private static DenseMatrix OneHot(IReadOnlyList<int> labels, int classes)
    {
        var answers = new DenseMatrix(labels.Count, classes);
        for (var row = 0; row < labels.Count; row++) answers.At(row, labels[row], 1);
        return answers;
    }

    private static double[] Weights(IReadOnlyList<int> labels, int classes)
    {
        var weights = ClassWeights.Of(labels, classes);
        return [.. labels.Select(label => weights[label])];
    }
}
