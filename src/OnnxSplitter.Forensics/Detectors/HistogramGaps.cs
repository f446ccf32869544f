namespace OnnxSplitter.Forensics.Detectors;

/// <summary>Values that stand apart: between them and the others the histogram is empty.</summary>
internal static class HistogramGaps
{
    // So many values may stand apart together.
    private const int Together = 3;

    // Gaps are compared with so many of their neighbours on the inner side.
    private const int Neighbours = 8;

    /// <summary>
    /// How many times wider than its inner neighbours the widest of the next gaps on the way to the median is; undone
    /// by the value on the other side of it.
    /// </summary>
    public static void Judge(ReadOnlySpan<float> values, Span<float> suspicion, Span<float> repair)
    {
        var sorted = new Sorted(values);
        var ascending = sorted.Values;
        var middle = ascending.Length / 2;

        // Where nothing differs nearby, no gap is told from rounding.
        var least = (ascending[^1] - ascending[0]) / ascending.Length / 1000;
        for (var i = 0; i < ascending.Length; i++)
        {
            var inward = i < middle ? 1 : -1;
            var (widest, inner) = (0f, ascending[i]);
            for (var k = 0; k < Together && i + k * inward != middle; k++)
            {
                var (from, to) = (i + k * inward, i + (k + 1) * inward);
                var end = Math.Clamp(to + Neighbours * inward, 0, ascending.Length - 1);
                var usual = Math.Max(least, Math.Abs(ascending[end] - ascending[to]) / Math.Abs(end - to));
                var width = usual > 0 ? Math.Abs(ascending[to] - ascending[from]) / usual : 0;
                if (width > widest) (widest, inner) = (width, ascending[to]);
            }

            suspicion[sorted.Order[i]] = widest;
            repair[sorted.Order[i]] = inner;
        }
    }
}
