namespace OnnxSplitter.Forensics.Detectors;

/// <summary>Magnitudes larger than their rank: the sorted ones run smoothly, but for a jump.</summary>
internal static class MagnitudeRanks
{
    // Magnitudes so many ranks apart make the line that goes on to the next.
    private const int Step = 4;

    /// <summary>
    /// How far a magnitude lies above the line through smaller ones, by their median; undone by the line's value.
    /// </summary>
    public static void Judge(ReadOnlySpan<float> values, Span<float> suspicion, Span<float> repair)
    {
        var magnitudes = new float[values.Length];
        for (var i = 0; i < magnitudes.Length; i++) magnitudes[i] = Math.Abs(values[i]);
        var sorted = new Sorted(magnitudes);
        for (var rank = 0; rank < magnitudes.Length; rank++)
        {
            var i = sorted.Order[rank];
            var expected = rank < 2 * Step ? sorted.Values[rank]
                : 2 * sorted.Values[rank - Step] - sorted.Values[rank - 2 * Step];
            suspicion[i] = sorted.Median == 0 ? 0 : (magnitudes[i] - expected) / sorted.Median;
            repair[i] = MathF.CopySign(expected, values[i]);
        }
    }
}
