namespace OnnxSplitter.Data;

/// <summary>
/// Has the collector look at large arrays that were let go of: by itself it waits for more of them than all else that a
/// job holds.
/// </summary>
internal static class LargeGarbage
{
    private const long Most = 32L << 20;

    // A collection takes some hundredths of a second: arrays of a large model's tensors are let go of faster than that.
    private const int MostAlike = 4;
    private const long MostOfLarge = 512L << 20;

    private static long _bytes;

    /// <summary>Tells of some, which may still be in use.</summary>
    /// <param name="bytes">How much they take.</param>
    public static void Made(long bytes)
    {
        var most = Math.Clamp(MostAlike * bytes, Most, MostOfLarge);
        if (Interlocked.Add(ref _bytes, bytes) <= most) return;
        Interlocked.Exchange(ref _bytes, 0);
        GC.Collect();
    }
}
