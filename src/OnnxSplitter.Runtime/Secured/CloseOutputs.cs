namespace OnnxSplitter.Runtime.Secured;

/// <summary>
/// How near corrected outputs come to the original's: a host adds, where the original sums in one go.
/// </summary>
internal static class CloseOutputs
{
    // Of the largest value of an output.
    private const float Relative = 1e-4f;

    /// <summary>Whether numbers are as near to others as corrections have to bring them.</summary>
    public static bool Are(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        if (expected.Length != actual.Length) return false;
        var (most, scale) = (0f, 0f);
        for (var i = 0; i < expected.Length; i++)
        {
            // What is no number stays so, and is close to nothing.
            most = MathF.Max(most, MathF.Abs(expected[i] - actual[i]));
            scale = MathF.Max(scale, MathF.Abs(expected[i]));
        }

        return most <= Relative * scale;
    }
}
