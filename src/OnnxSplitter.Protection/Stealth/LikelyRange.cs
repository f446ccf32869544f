using System.Numerics.Tensors;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Stealth;

/// <summary>Says which values are likely among others: near enough to their median, and of a usual sign.</summary>
/// <remarks>
/// A value's likelihood is the share of the others that lie at least as far from the median. That of the old value is
/// at most 1, so the bound is one of the ratio of both, too, whatever the old value was. By ranks alone, so that one
/// rule serves values of any distribution.
/// </remarks>
internal static class LikelyRange
{
    /// <summary>No bound.</summary>
    public static WeightRange Any { get; } = new(float.NegativeInfinity, float.PositiveInfinity);

    /// <summary>Nothing lies in it.</summary>
    public static WeightRange None { get; } = new(float.PositiveInfinity, float.NegativeInfinity);

    /// <summary>The range of likely values.</summary>
    /// <param name="values">At least one. Sorted by this.</param>
    /// <param name="likelihood">What a value's has to be at least.</param>
    /// <param name="signShare">Share of the values that has to have its sign.</param>
    public static WeightRange Of(Span<float> values, double likelihood, double signShare)
    {
        values.Sort();
        var median = Quantile(values, 0.5);
        var (positive, negative) = (0, 0);
        var distances = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] > 0) positive++;
            else if (values[i] < 0) negative++;
            distances[i] = values[i] - median;
        }

        var reach = Reach(distances, likelihood);

        // One more of each sign than there are: of few values, that none has a sign says little.
        var total = values.Length + 2.0;
        return new WeightRange(
            (negative + 1) / total < signShare ? Math.Max(0, median - reach) : median - reach,
            (positive + 1) / total < signShare ? Math.Min(0, median + reach) : median + reach);
    }

    /// <summary>How far a value may lie from where it is expected.</summary>
    /// <param name="distances">How far others lie from there; of any sign.</param>
    /// <param name="likelihood">Share of them that has to lie at least as far.</param>
    public static float Reach(ReadOnlySpan<float> distances, double likelihood)
    {
        var magnitudes = new float[distances.Length];
        TensorPrimitives.Abs(distances, magnitudes);
        magnitudes.AsSpan().Sort();
        return Quantile(magnitudes, 1 - likelihood);
    }

    /// <summary>What lies in both; turned round, so that nothing lies in it, where there is nothing.</summary>
    public static WeightRange Common(WeightRange one, WeightRange other) =>
        new(Math.Max(one.Low, other.Low), Math.Min(one.High, other.High));

    /// <summary>Between two values of the list, so that no other has it.</summary>
    private static float Quantile(ReadOnlySpan<float> ascending, double share)
    {
        var place = share * (ascending.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, ascending.Length - 1);
        return (float)(ascending[below] + (place - below) * ((double)ascending[above] - ascending[below]));
    }
}
