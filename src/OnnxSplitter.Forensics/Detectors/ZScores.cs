namespace OnnxSplitter.Forensics.Detectors;

/// <summary>Values far from where most are.</summary>
internal static class ZScores
{
    /// <summary>The distance from the median by the median distance; undone by the median.</summary>
    public static void Judge(ReadOnlySpan<float> values, Span<float> suspicion, Span<float> repair)
    {
        var sorted = new Sorted(values);
        for (var i = 0; i < values.Length; i++)
            suspicion[i] = sorted.Scale == 0 ? 0 : Math.Abs(values[i] - sorted.Median) / sorted.Scale;
        repair.Fill(sorted.Median);
    }
}
