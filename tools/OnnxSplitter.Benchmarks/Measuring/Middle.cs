namespace OnnxSplitter.Benchmarks.Measuring;

/// <summary>What is shown of several measurements.</summary>
internal static class Middle
{
    /// <summary>The median; of an even number, the upper one.</summary>
    public static double Of(IEnumerable<double> values)
    {
        var ordered = values.Order().ToArray();
        return ordered[ordered.Length / 2];
    }
}
