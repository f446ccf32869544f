namespace OnnxSplitter.Protection.Pipeline;

/// <summary>How many of a tensor's weights lie where, in bins of equal width.</summary>
/// <remarks>
/// Whoever has the obfuscated file can count <paramref name="Obfuscated"/> himself; a difference of one in
/// <paramref name="Original"/> would tell him a changed weight's original value. So differences of fewer than
/// <see cref="Withheld"/> weights are withheld, and the range is the obfuscated tensor's.
/// </remarks>
/// <param name="Low">Smallest value of the obfuscated tensor.</param>
/// <param name="High">Its largest.</param>
/// <param name="Obfuscated">Weights per bin after the changes.</param>
/// <param name="Original">
/// Weights per bin before; as after, where the two differ by less than <see cref="Withheld"/>. Values beyond the range
/// count in the bins at its ends.
/// </param>
public sealed record ValueHistogram(
    double Low, double High, IReadOnlyList<long> Obfuscated, IReadOnlyList<long> Original)
{
    /// <summary>Differences of fewer weights are not shown.</summary>
    public const int Withheld = 10;

    private const int FewestBins = 8;
    private const int MostBins = 40;

    /// <summary>Counts a tensor's values.</summary>
    /// <param name="values">After the changes.</param>
    /// <param name="changes">All that were made to this tensor: values before and after.</param>
    internal static ValueHistogram? Of(
        ReadOnlySpan<float> values, IEnumerable<(float Original, float Obfuscated)> changes)
    {
        var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in values)
        {
            if (!float.IsFinite(value)) continue;
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        if (low > high) return null;
        var obfuscated = new long[Math.Clamp((int)Math.Sqrt(values.Length), FewestBins, MostBins)];
        foreach (var value in values) Add(obfuscated, value, 1);

        var original = obfuscated.ToArray();
        foreach (var change in changes)
        {
            Add(original, change.Obfuscated, -1);
            Add(original, change.Original, 1);
        }

        for (var bin = 0; bin < original.Length; bin++)
            if (Math.Abs(original[bin] - obfuscated[bin]) < Withheld) original[bin] = obfuscated[bin];
        return new ValueHistogram(low, high, obfuscated, original);

        void Add(long[] counts, float value, int count)
        {
            if (!float.IsFinite(value)) return;
            var share = high > low ? ((double)value - low) / ((double)high - low) : 0;
            counts[(int)Math.Clamp(share * counts.Length, 0, counts.Length - 1)] += count;
        }
    }
}
