using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Data;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// Class scores: what a readout explains of the labels, and what is right without any, after class constants and
/// scales.
/// </summary>
/// <param name="block">The output.</param>
/// <param name="data">Labelled examples.</param>
/// <param name="answersAlone">Whether only answers as they are count among the readings without labels.</param>
internal sealed class ExplainedClasses(OutputBlock block, Dataset data, bool answersAlone)
    : ExplainedBlock(block, OneHot(data.Labels!, block.Classes), Weights(data.Labels!, block.Classes))
{
    // What a readout with labels explains counts so much beside what is right without any: a thief who has labels also
    // has the inputs to learn from, so less need be taken from him.
    private const double ShareCount = 0.5;

    // What is left of a share counts as so much accuracy.
    private const double ShareLeft = 0.25;

    // What answers as they are count among the readings without labels.
    private readonly double _answersCount = answersAlone ? 1 : 0.25;

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
        foreach (var reading in Readings(features))
        {
            most = Math.Max(most, Right(reading.Scores));
            smooth += reading.Count * Smooth(reading);
        }

        return new Score(ShareCount * share + smooth, answers, Math.Max(share * ShareLeft, most - chance));
    }

    /// <summary>The derivative of the smooth accuracies; constants and scales count as they are.</summary>
    private protected override void AddSlopes(DenseMatrix features, DenseMatrix slopes)
    {
        slopes.MapInplace(slope => ShareCount * slope);
        var others = new double[Classes];
        foreach (var reading in Readings(features))
            for (var i = 0; i < _labels.Count; i++)
            {
                var (label, right) = (_labels[i], Sigmoid(reading.Margins[i] / reading.Temperature));
                var slope = _weights[label] * right * (1 - right) / reading.Temperature;
                Margin(reading.Scores.Row(i).ToArray(), label, others);
                for (var c = 0; c < Classes; c++)
                    slopes.At(i, c, slopes.At(i, c)
                        + reading.Count * reading.Scales[c] * (slope * (c == label ? 1 : -others[c])));
            }
    }

    /// <summary>
    /// Scores as they are read without labels: with constants that are fitted anew to each state, so that shifting them
    /// is no gain, with scales too, and as they are. Each is smooth on the scale of its margins, so that shrinking them
    /// is no gain; but the last on that of the first: the farther one class is ahead, the less it takes to be sure
    /// that no small change of the weights brings the others back.
    /// </summary>
    private IEnumerable<Reading> Readings(DenseMatrix features)
    {
        var eachCount = (1 - _answersCount) / 2;
        var shift = ClassShift.Fit(features, _shares, scaled: false);
        var (shifted, scale, scales) = Shifted(shift, features);
        var margins = Margins(shifted);
        var temperature = Temperature(margins);
        yield return new(shifted, scales, margins, temperature, eachCount);
        var plain = features * scale;
        yield return new(plain, scales, Margins(plain), temperature, _answersCount);
        (shifted, _, scales) = Shifted(ClassShift.Fit(features, _shares, scaled: true), features);
        margins = Margins(shifted);
        yield return new(shifted, scales, margins, Temperature(margins), eachCount);
    }

    /// <summary>Scores after constants on one spread, and what that and the scales multiply each class's by.</summary>
    private static (DenseMatrix Scores, double Scale, double[] Scales) Shifted(ClassShift shift, DenseMatrix features)
    {
        var shifted = shift.Apply(features);
        var scale = Scale(shifted);
        return (shifted * scale, scale, [.. shift.Scales.Select(own => own * scale)]);
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

    private static double Temperature(double[] margins) => Math.Max(1e-6, margins.Select(Math.Abs).Average() / 2);

    private double[] Margins(DenseMatrix scores)
    {
        var others = new double[Classes];
        return [.. _labels.Select((label, i) => Margin(scores.Row(i).ToArray(), label, others))];
    }

    /// <summary>The accuracy of a reading, smooth on the scale of its temperature.</summary>
    private double Smooth(Reading reading) => _labels
        .Select((label, i) => _weights[label] * Sigmoid(reading.Margins[i] / reading.Temperature)).Sum();

    private static double Sigmoid(double margin) => 1 / (1 + Math.Exp(-margin));

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

    /// <summary>Labels as answers: examples by classes.</summary>
    internal static DenseMatrix OneHot(IReadOnlyList<int> labels, int classes)
    {
        var answers = new DenseMatrix(labels.Count, classes);
        for (var row = 0; row < labels.Count; row++) answers.At(row, labels[row], 1);
        return answers;
    }

    /// <summary>What each example weighs where all classes weigh alike.</summary>
    internal static double[] Weights(IReadOnlyList<int> labels, int classes)
    {
        var weights = ClassWeights.Of(labels, classes);
        return [.. labels.Select(label => weights[label])];
    }

    /// <summary>Scores as a thief without labels compares them.</summary>
    /// <param name="Scores">Examples by class.</param>
    /// <param name="Scales">What each class's were multiplied by.</param>
    /// <param name="Margins">Of each example's label.</param>
    /// <param name="Temperature">What margins are divided by.</param>
    /// <param name="Count">What it counts among the readings.</param>
    private readonly record struct Reading(
        DenseMatrix Scores, IReadOnlyList<double> Scales, double[] Margins, double Temperature, double Count);
}
