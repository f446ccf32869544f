using System.Numerics.Tensors;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Loss;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Protection.Search;

/// <summary>An objective that is a mean over examples, each by itself.</summary>
/// <remarks>
/// For class scores it is a sigmoid of the margin of one class over all others: driving down the margin of the true
/// class is the error objective; driving up that of one class for every example is collapse. For other outputs it is
/// minus the squared difference from a target, in units of the outputs' variance.
/// </remarks>
/// <param name="CollapseClass">The class that every prediction should become; null for the error objective.</param>
/// <param name="Temperature">Margin that counts as one unit.</param>
/// <param name="Probabilities">The model's scores are probabilities, so their logarithms are the logits.</param>
/// <param name="Metric">What the search is after.</param>
internal sealed record ExampleObjective(
    int? CollapseClass, float Temperature, bool Probabilities, Metric Metric = Metric.Accuracy) : Objective
{
    /// <summary>Probabilities below this count as this: the logarithm of 0 has no gradient.</summary>
    public const float SmallestProbability = 1e-12f;

    // At the original's own outputs the squared difference from them is flat. So the target lies this share of an
    // output's distance from the mean beyond the output: away from it is towards the mean, and then on.
    private const float Beyond = 0.5f;

    /// <summary>The error objective on the scale of a model's outputs.</summary>
    /// <param name="signature">The model.</param>
    /// <param name="outputs">Some of its output rows.</param>
    public static ExampleObjective For(ModelSignature signature, ReadOnlySpan<float> outputs)
    {
        if (signature.Metric == Metric.NormalizedError) return new(null, 1, false, signature.Metric);
        var probabilities = AreProbabilities(outputs, signature.Classes);
        return new(null, TemperatureFor(outputs, signature.Classes, probabilities), probabilities);
    }

    /// <inheritdoc/>
    public override LossKind Loss => Metric == Metric.NormalizedError ? LossKind.SquaredDifference
        : Probabilities ? LossKind.SmoothAccuracyOfProbabilities
        : LossKind.SmoothAccuracy;

    /// <inheritdoc/>
    public override float LossTemperature => Temperature;

    /// <inheritdoc/>
    public override double LossFactor(Dataset data) =>
        Metric == Metric.NormalizedError ? -1 / data.Reference!.Variance : CollapseClass is null ? 1 : -1;

    /// <inheritdoc/>
    public override Func<ScoreSum> Scores(Dataset data, int width)
    {
        ArgumentOutOfRangeException.ThrowIfZero(data.Count, nameof(data));
        var weights = Metric == Metric.Accuracy ? ClassWeights.Of(data.Labels!, width) : [];
        return () => new ExampleScores(data, width, this, weights);
    }

    /// <summary>
    /// One-hot rows of the class whose margin counts, or what to keep away from.
    /// </summary>
    public override float[] Targets(Dataset data, int width, Func<float[]> outputs) => Targets(data, width);

    /// <summary>The same; it does not depend on the model's present outputs.</summary>
    public float[] Targets(Dataset data, int width)
    {
        var targets = new float[data.Count * width];
        for (var i = 0; i < data.Count; i++)
        {
            if (Metric == Metric.Accuracy) targets[i * width + (CollapseClass ?? data.Labels![i])] = 1;
            else Target(data.Reference!, i, targets.AsSpan(i * width, width));
        }

        return targets;
    }

    /// <summary>Value for one example.</summary>
    /// <param name="outputs">The model's output row.</param>
    /// <param name="data">The examples.</param>
    /// <param name="example">Which of them.</param>
    public double Value(ReadOnlySpan<float> outputs, Dataset data, int example)
    {
        if (Metric == Metric.NormalizedError)
        {
            var distance = SquaredDistance(outputs, data.Reference!, example);
            return double.IsFinite(distance) ? -distance / data.Reference!.Variance : double.PositiveInfinity;
        }

        // A model that answers with something that is no number looks broken, not ordinary: never better than the
        // original.
        var margin = Margin(outputs, CollapseClass ?? data.Labels![example]);
        if (!double.IsFinite(margin)) return 1;
        var smooth = 1 / (1 + Math.Exp(-margin / Temperature));
        return CollapseClass is null ? smooth : 1 - smooth;
    }

    private static void Target(ReferenceOutputs reference, int example, Span<float> target)
    {
        var own = reference.Values.AsSpan(example * reference.Width, reference.Width);
        TensorPrimitives.Subtract(own, reference.Mean, target);
        TensorPrimitives.MultiplyAdd(target, Beyond, own, target);
    }

    /// <summary>From <see cref="Target"/>.</summary>
    private static double SquaredDistance(ReadOnlySpan<float> outputs, ReferenceOutputs reference, int example)
    {
        var own = reference.Values.AsSpan(example * reference.Width, reference.Width);
        double sum = 0;
        for (var i = 0; i < own.Length; i++)
        {
            double difference = outputs[i] - (own[i] + Beyond * (own[i] - reference.Mean[i]));
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>Whether scores are probabilities: none negative, and rows that sum to one.</summary>
    internal static bool AreProbabilities(ReadOnlySpan<float> scores, int classes)
    {
        if (TensorPrimitives.Min(scores) < 0) return false;
        for (var start = 0; start < scores.Length; start += classes)
            if (Math.Abs(TensorPrimitives.Sum(scores.Slice(start, classes)) - 1) > 1e-3) return false;
        return true;
    }

    /// <summary>A temperature on the scale of this model's margins.</summary>
    private static float TemperatureFor(ReadOnlySpan<float> scores, int classes, bool probabilities)
    {
        var plain = new ExampleObjective(null, 1, probabilities);
        var (sum, size) = (0.0, 0.0);
        for (var start = 0; start < scores.Length; start += classes)
        {
            var row = scores.Slice(start, classes);
            var margin = plain.Margin(row, TensorPrimitives.IndexOfMax(row));
            (sum, size) = (sum + margin, size + Math.Abs(margin));
        }

        // A model that is never sure has negative margins over all other classes together; then their size is the
        // scale.
        return (float)Math.Max(1e-3, Math.Max(sum, size / 2) / (scores.Length / classes) * RelativeTemperature);
    }

    // Half of the mean margin: at 1/8 the search chases examples that have already flipped, at 2 those near the edge
    // stop counting.
    private const double RelativeTemperature = 0.5;

    private double Margin(ReadOnlySpan<float> scores, int target)
    {
        var max = double.NegativeInfinity;
        for (var i = 0; i < scores.Length; i++)
            if (i != target) max = Math.Max(max, Logit(scores[i]));
        double sum = 0;
        for (var i = 0; i < scores.Length; i++)
            if (i != target) sum += Math.Exp(Logit(scores[i]) - max);
        return Logit(scores[target]) - max - Math.Log(sum);
    }

    private double Logit(float score) => Probabilities ? Math.Log(Math.Max(score, SmallestProbability)) : score;
}
