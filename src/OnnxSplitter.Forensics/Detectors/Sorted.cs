namespace OnnxSplitter.Forensics.Detectors;

/// <summary>Values in ascending order, and what is robust against a few odd ones among them.</summary>
internal sealed class Sorted
{
    // From the median distance to the standard deviation, where values are normal.
    private const double Normal = 1.4826;

    /// <summary>Sorts.</summary>
    /// <param name="values">At least one, all finite. Not changed.</param>
    public Sorted(ReadOnlySpan<float> values)
    {
        Values = values.ToArray();
        Order = [.. Enumerable.Range(0, Values.Length)];
        Array.Sort(Values, Order);
        Median = MedianOf(Values);
        var distances = Array.ConvertAll(Values, value => Math.Abs(value - Median));
        Array.Sort(distances);
        Scale = (float)(Normal * MedianOf(distances));
        if (Scale == 0) Scale = distances.Average();
    }

    /// <summary>The values, ascending.</summary>
    public float[] Values { get; }

    /// <summary>Where each of them stood.</summary>
    public int[] Order { get; }

    /// <summary>The middle one.</summary>
    public float Median { get; }

    /// <summary>How far values lie from it; 0 if all are the same.</summary>
    public float Scale { get; }

    private static float MedianOf(float[] ascending)
    {
        var middle = ascending.Length / 2;
        return ascending.Length % 2 == 1 ? ascending[middle]
            : ascending[middle - 1] / 2 + ascending[middle] / 2;
    }
}
