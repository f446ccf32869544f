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
    private const double ShareCount = 0.5;

    // What is left of a share counts as so much accuracy.
    private const double ShareLeft = 0.25;

    // What answers as they are count among the readings without labels.
    private const double AnswersCount = 0.25;

    // Of 1.5, 5 and unscaled scores the first needed the fewest weights on a ResNet-20: 23, 54 and 24.
    private const double Spread = 1.5;

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
        foreach (var (scores, _, temperature, count) in Readings(features))
        {
            most = Math.Max(most, Right(scores));
            smooth += count * Smooth(scores, temperature, null);
        }

        return new Score(ShareCount * share + smooth, answers, Math.Max(share * ShareLeft, most - chance));
    }

    /// <summary>The derivative of the smooth accuracies; constants and scales count as they are.</summary>
    private protected override void AddSlopes(DenseMatrix features, DenseMatrix slopes)
    {
        slopes.MapInplace(slope => ShareCount * slope);
        foreach (var (scores, scales, temperature, count) in Readings(features))
        {
            var own = new DenseMatrix(features.RowCount, features.ColumnCount);
            Smooth(scores, temperature, own);
            for (var c = 0; c < Classes; c++)
                for (var i = 0; i < own.RowCount; i++)
                    slopes.At(i, c, slopes.At(i, c) + count * scales[c] * own.At(i, c));
        }
    }

    /// <summary>
    /// Scores as they are read without labels: with constants that are fitted anew to each state, so that shifting them
    /// is no gain, with scales too, and as they are. Each is smooth on the scale of its margins, so that shrinking them
    /// is no gain; but the last on that of the first: the farther one class is ahead, the less it takes to be sure
    /// that no small change of the weights brings the others back.
    /// </summary>
    private IEnumerable<(DenseMatrix Scores, IReadOnlyList<double> Scales, double Temperature, double Count)> Readings(
        DenseMatrix features)
    {
        const double EachCount = (1 - AnswersCount) / 2;
        var shift = ClassShift.Fit(features, _shares, scaled: false);
        var shifted = shift.Apply(features);
        var scale = Scale(shifted);
        shifted *= scale;
        double[] scales = [.. shift.Scales.Select(own => own * scale)];
        var temperature = Temperature(shifted);
        yield return (shifted, scales, temperature, EachCount);
        yield return (features * scale, scales, temperature, AnswersCount);
        shift = ClassShift.Fit(features, _shares, scaled: true);
        shifted = shift.Apply(features);
        scale = Scale(shifted);
        shifted *= scale;
        yield return (shifted, [.. shift.Scales.Select(own => own * scale)], Temperature(shifted), EachCount);
    }

    /// <summary>
    /// What brings scores to one spread, so that how far a margin blurs the highest of the other classes with the rest
    /// does not hang on the scores' own.
    /// </summary>
    private static double Scale(DenseMatrix shifted)
    {
        var means = shifted.RowSums() / shifted.ColumnCount;
        double sum = 0;
        for (var c = 0; c < shifted.ColumnCount; c++)
            for (var i = 0; i < shifted.RowCount; i++)
                sum += (shifted.At(i, c) - means[i]) * (shifted.At(i, c) - means[i]);
        var spread = Math.Sqrt(sum / shifted.RowCount / shifted.ColumnCount);
        return spread > 0 ? Spread / spread : 1;
    }

    private double Temperature(DenseMatrix scores)
    {
        var others = new double[Classes];
        return Math.Max(1e-6,
            _labels.Select((label, i) => Math.Abs(Margin(scores.Row(i).ToArray(), label, others))).Average() / 2);
    }

    /// <summary>The accuracy of scores, smooth on a scale.</summary>
    /// <param name="scores">Examples by class.</param>
    /// <param name="temperature">The scale: what margins are divided by.</param>
    /// <param name="slopes">Gets its derivative by every score; null if it is not asked for.</param>
    private double Smooth(DenseMatrix scores, double temperature, DenseMatrix? slopes)
    {
        var others = new double[Classes];
        double sum = 0;
        for (var i = 0; i < _labels.Count; i++)
        {
            var label = _labels[i];
            var smooth = 1 / (1 + Math.Exp(-Margin(scores.Row(i).ToArray(), label, others) / temperature));
            sum += _weights[label] * smooth;
            var slope = _weights[label] * smooth * (1 - smooth) / temperature;
            for (var c = 0; slopes is not null && c < Classes; c++)
                slopes.At(i, c, slope * (c == label ? 1 : -others[c]));
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
