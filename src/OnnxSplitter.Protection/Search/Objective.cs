using System.Numerics.Tensors;
using OnnxSplitter.Protection.Data;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// What the search drives down, per example: a sigmoid of the margin of one class over all others. Driving down the
/// margin of the true class is the error objective; driving up that of one class for every example is collapse.
/// </summary>
/// <param name="CollapseClass">The class that every prediction should become; null for the error objective.</param>
/// <param name="Temperature">Margin that counts as one unit.</param>
/// <param name="Probabilities">The model's scores are probabilities, so their logarithms are the logits.</param>
internal sealed record Objective(int? CollapseClass, float Temperature, bool Probabilities)
{
    /// <summary>Probabilities below this count as this: the logarithm of 0 has no gradient.</summary>
    public const float SmallestProbability = 1e-12f;

    /// <summary>The objective is this times the loss of the gradient graph (plus a constant).</summary>
    public float LossSign => CollapseClass is null ? 1 : -1;

    /// <summary>One-hot rows of the class whose margin counts.</summary>
    public float[] Targets(Dataset data, int classes)
    {
        var targets = new float[data.Count * classes];
        for (var i = 0; i < data.Count; i++) targets[i * classes + (CollapseClass ?? data.Labels![i])] = 1;
        return targets;
    }

    /// <summary>Value for one example.</summary>
    /// <param name="scores">The model's output row.</param>
    /// <param name="label">Its label.</param>
    public double Value(ReadOnlySpan<float> scores, int label)
    {
        // A model that answers with something that is no number looks broken, not ordinary: never better than the original.
        var margin = Margin(scores, CollapseClass ?? label);
        if (!double.IsFinite(margin)) return 1;
        var smooth = 1 / (1 + Math.Exp(-margin / Temperature));
        return CollapseClass is null ? smooth : 1 - smooth;
    }

    /// <summary>A temperature on the scale of this model's margins.</summary>
    public static float TemperatureFor(ReadOnlySpan<float> scores, int classes, bool probabilities)
    {
        var plain = new Objective(null, 1, probabilities);
        double sum = 0;
        for (var start = 0; start < scores.Length; start += classes)
        {
            var row = scores.Slice(start, classes);
            sum += plain.Margin(row, TensorPrimitives.IndexOfMax(row));
        }

        return (float)Math.Max(1e-3, sum / (scores.Length / classes) * RelativeTemperature);
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

/// <summary>The objective and the accuracy over some examples.</summary>
/// <param name="Objective">Mean over the examples.</param>
/// <param name="Accuracy">
/// Balanced: the mean of each class's share of right predictions. A model that always answers the same is at chance by
/// this measure even where the examples hold more of that class than of others.
/// </param>
internal readonly record struct Measure(double Objective, double Accuracy)
{
    /// <summary>Sums over some examples of a dataset that add up to its means.</summary>
    /// <param name="scores">Output rows of these examples.</param>
    /// <param name="data">All examples that are measured.</param>
    /// <param name="start">Index of the first of these.</param>
    /// <param name="weights">What a right prediction counts, by label.</param>
    /// <param name="objective">What to sum.</param>
    public static Measure Of(
        ReadOnlySpan<float> scores, Dataset data, int start, double[] weights, Objective objective)
    {
        var classes = weights.Length;
        double sum = 0, right = 0;
        for (var i = 0; i < scores.Length / classes; i++)
        {
            var row = scores.Slice(i * classes, classes);
            var label = data.Labels![start + i];
            sum += objective.Value(row, label);
            if (TensorPrimitives.IndexOfMax(row) == label) right += weights[label];
        }

        return new Measure(sum / data.Count, right);
    }

    /// <summary>1 / (classes that occur * examples of the class), by label.</summary>
    public static double[] Weights(Dataset data, int classes)
    {
        var counts = new double[classes];
        foreach (var label in data.Labels!) counts[label]++;
        var occurring = counts.Count(count => count > 0);
        return [.. counts.Select(count => count > 0 ? 1 / (occurring * count) : 0)];
    }

    /// <summary>Adds up parts.</summary>
    public static Measure operator +(Measure a, Measure b) => new(a.Objective + b.Objective, a.Accuracy + b.Accuracy);
}
