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
        var smooth = 1 / (1 + Math.Exp(-Margin(scores, CollapseClass ?? label) / Temperature));
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
internal readonly record struct Measure(double Objective, double Accuracy)
{
    public static Measure Of(ReadOnlySpan<float> scores, Dataset data, int start, int count, Objective objective)
    {
        var classes = scores.Length / count;
        double sum = 0;
        var right = 0;
        for (var i = 0; i < count; i++)
        {
            var row = scores.Slice(i * classes, classes);
            sum += objective.Value(row, data.Labels![start + i]);
            if (TensorPrimitives.IndexOfMax(row) == data.Labels[start + i]) right++;
        }

        return new Measure(sum, right);
    }

    /// <summary>Adds up sums over batches.</summary>
    public static Measure operator +(Measure a, Measure b) => new(a.Objective + b.Objective, a.Accuracy + b.Accuracy);

    /// <summary>From sums to means.</summary>
    public Measure Over(int count) => new(Objective / count, Accuracy / count);
}
