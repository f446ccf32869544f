namespace OnnxSplitter.Worth.Readouts;

/// <summary>Picks values out of a wide output.</summary>
internal static class Entries
{
    /// <summary>As many as are looked at of one output.</summary>
    public const int Most = 256;

    /// <summary>
    /// All places, or so many at uneven steps that lines and columns of a map are met alike; ascending, the same every
    /// time.
    /// </summary>
    /// <param name="width">Values of an example.</param>
    public static int[] Of(int width)
    {
        if (width <= Most) return [.. Enumerable.Range(0, width)];
        var random = new Random(width);
        return
        [
            .. Enumerable.Range(0, Most).Select(i =>
            {
                var (from, to) = ((int)((long)i * width / Most), (int)((long)(i + 1) * width / Most));
                return random.Next(from, to);
            }),
        ];
    }
}
