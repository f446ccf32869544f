using System.Numerics.Tensors;

namespace OnnxSplitter.Attacks.Blind;

/// <summary>Numbers of one tensor that repairs look at.</summary>
internal static class WeightRepairs
{
    // A median absolute deviation as a standard deviation, of a normal distribution.
    private const float Normal = 1.4826f;

    /// <summary>Median, and the deviation from it, which outliers hardly move.</summary>
    public static (float Median, float Deviation) Robust(float[] values)
    {
        var median = Quantile(values, 0.5);
        var distances = new float[values.Length];
        TensorPrimitives.Subtract(values, median, distances);
        TensorPrimitives.Abs(distances, distances);
        return (median, Normal * Quantile(distances, 0.5));
    }

    /// <summary>The value below which a share of the others lies.</summary>
    public static float Quantile(float[] values, double share)
    {
        var sorted = (float[])values.Clone();
        Array.Sort(sorted);
        return sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)];
    }

    /// <summary>Other values where they are odd.</summary>
    /// <param name="values">A tensor's.</param>
    /// <param name="odd">Whether the value at an index is.</param>
    /// <param name="repaired">What it becomes.</param>
    /// <returns>The same array where none is.</returns>
    public static float[] Replace(float[] values, Func<int, bool> odd, Func<int, float> repaired)
    {
        float[]? changed = null;
        for (var i = 0; i < values.Length; i++)
            if (odd(i)) (changed ??= (float[])values.Clone())[i] = repaired(i);
        return changed ?? values;
    }
}
