using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Data;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Protection.Search;

/// <summary>Class scores: what a readout explains of the labels, and what the answers themselves get right.</summary>
internal sealed class ExplainedClasses(OutputBlock block, Dataset data)
    : ExplainedBlock(block, OneHot(data.Labels!, block.Classes), Weights(data.Labels!, block.Classes))
{
    // What the accuracy of the answers above chance counts beside the share.
    private const double AnswersCount = 0.3;

    // What counts as much as a point of what shifted answers get right.
    private const double AnswersWeight = 5;
    private const double ShareWeight = 0.5;

    private readonly IReadOnlyList<int> _labels = data.Labels!;
    private readonly double[] _shares =
    [
        .. Enumerable.Range(0, block.Classes)
            .Select(c => data.Labels!.Count(label => label == c) / (double)data.Count),
    ];

    private int Classes => _shares.Length;

    private protected override Score Score(DenseMatrix features, double share)
    {
        var chance = 1.0 / _shares.Count(share => share > 0);
        var answers = Right([.. features.EnumerateRows().Select(row => row.MaximumIndex())]);
        var shifted = Right(ClassShift.Predict(features, _shares, scaled: false, features));
        var above = Math.Max(0, Math.Max(answers, shifted) - chance);
        return new Score(share + AnswersCount * above, answers,
            Math.Max(Math.Max(share * ShareWeight, above), AnswersWeight * (answers - chance)));
    }

    /// <summary>The derivative of a smooth accuracy of the answers, on the scale of their present margins.</summary>
    private protected override void AddSlopes(DenseMatrix features, DenseMatrix slopes)
    {
        var weights = ClassWeights.Of(_labels, Classes);
        var margins = new double[_labels.Count];
        var others = new double[_labels.Count][];

        // Constants that are the same for all examples are what a thief finds first: they may hide nothing.
        var means = features.ColumnSums() / _labels.Count;
        for (var i = 0; i < margins.Length; i++)
            margins[i] = Margin((features.Row(i) - means).ToArray(), _labels[i], others[i] = new double[Classes]);
        var temperature = Math.Max(1e-6, margins.Average(Math.Abs) / 2);
        for (var i = 0; i < margins.Length; i++)
        {
            var smooth = 1 / (1 + Math.Exp(-margins[i] / temperature));
            var slope = AnswersCount * weights[_labels[i]] * smooth * (1 - smooth) / temperature;
            for (var c = 0; c < Classes; c++)
                slopes.At(i, c, slopes.At(i, c) + slope * (c == _labels[i] ? 1 : -others[i][c]));
        }
    }

    private double Right(int[] predictions) => ClassWeights.Right(predictions, _labels, Classes);

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
