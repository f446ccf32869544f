using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Loss;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// What a readout of the outputs, fitted anew to each state of the model, explains of the labels: a search that drives
/// it down destroys what outputs carry, where one that drives down accuracy shifts them.
/// </summary>
/// <param name="Classes">How many there are.</param>
internal sealed record ExplainedObjective(int Classes) : Objective
{
    /// <summary>What the accuracy of the answers themselves, above chance, counts beside.</summary>
    public const double AnswersCount = 0.3;

    /// <inheritdoc/>
    public override LossKind Loss => LossKind.WeightedSum;

    /// <inheritdoc/>
    public override float LossTemperature => 1;

    /// <inheritdoc/>
    public override double LossFactor(Dataset data) => data.Count;

    /// <summary>The objective's derivative by each output: its sum with the outputs has the same gradient.</summary>
    public override float[] Targets(Dataset data, int width, Func<float[]> outputs)
    {
        var rows = outputs();
        var features = new DenseMatrix(data.Count, width);
        for (var i = 0; i < rows.Length; i++) features.At(i / width, i % width, rows[i]);
        var slopes = new DenseMatrix(data.Count, width);
        For(data).Share(features, slopes);
        var targets = new float[rows.Length];
        for (var i = 0; i < targets.Length; i++) targets[i] = (float)slopes.At(i / width, i % width);
        AddMargins(rows, data, width, targets);
        return targets;
    }

    /// <summary>Adds the derivative of a smooth accuracy of the answers, on the scale of their present margins.</summary>
    private void AddMargins(float[] rows, Dataset data, int width, float[] targets)
    {
        var weights = BalancedAccuracy.Weights(data.Labels!, Classes);
        var margins = new double[data.Count];
        var others = new double[data.Count][];

        // Constants that are the same for all examples are what a thief finds first: they may hide nothing.
        var means = new double[Classes];
        for (var i = 0; i < data.Count; i++)
            for (var c = 0; c < Classes; c++) means[c] += rows[i * width + c] / data.Count;
        var scores = new double[Classes];
        for (var i = 0; i < data.Count; i++)
        {
            for (var c = 0; c < Classes; c++) scores[c] = rows[i * width + c] - means[c];
            margins[i] = Margin(scores, data.Labels![i], others[i] = new double[Classes]);
        }

        var temperature = Math.Max(1e-6, margins.Average(Math.Abs) / 2);
        for (var i = 0; i < data.Count; i++)
        {
            var smooth = 1 / (1 + Math.Exp(-margins[i] / temperature));
            var slope = AnswersCount * weights[data.Labels![i]] * smooth * (1 - smooth) / temperature;
            for (var c = 0; c < Classes; c++)
                targets[i * width + c] += (float)(slope * (c == data.Labels[i] ? 1 : -others[i][c]));
        }
    }

    /// <summary>The label's score less the logarithm of the sum of the others' exponentials.</summary>
    /// <param name="scores">By class.</param>
    /// <param name="label">The class.</param>
    /// <param name="others">Gets each other class's share of that sum.</param>
    private static double Margin(ReadOnlySpan<double> scores, int label, double[] others)
    {
        var most = double.NegativeInfinity;
        for (var c = 0; c < scores.Length; c++)
            if (c != label) most = Math.Max(most, scores[c]);
        for (var c = 0; c < scores.Length; c++) others[c] = c == label ? 0 : Math.Exp(scores[c] - most);
        var sum = others.Sum();
        for (var c = 0; c < scores.Length; c++) others[c] /= sum;
        return scores[label] - most - Math.Log(sum);
    }

    /// <inheritdoc/>
    public override ScoreSum Begin(Dataset data, int width) => new ExplainedScores(data, width, Classes, For(data));

    private ExplainedVariance For(Dataset data)
    {
        var weights = BalancedAccuracy.Weights(data.Labels!, Classes);
        var answers = new DenseMatrix(data.Count, Classes);
        for (var row = 0; row < data.Count; row++) answers.At(row, data.Labels![row], 1);
        return new ExplainedVariance(answers, [.. data.Labels!.Select(label => weights[label])]);
    }
}
