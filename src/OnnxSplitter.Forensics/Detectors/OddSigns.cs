namespace OnnxSplitter.Forensics.Detectors;

/// <summary>Nearly all values have one sign, and a few have not.</summary>
internal static class OddSigns
{
    /// <summary>Minus the logarithm of the share of values that have a value's sign; undone by turning it.</summary>
    public static void Judge(ReadOnlySpan<float> values, Span<float> suspicion, Span<float> repair)
    {
        var (positive, negative) = Count(values);
        var total = positive + negative + 2.0;
        for (var i = 0; i < values.Length; i++)
        {
            var (own, other) = values[i] > 0 ? (positive, negative) : (negative, positive);
            suspicion[i] = values[i] == 0 ? 0 : -(float)Math.Log((own + 1) / total);
            repair[i] = own < other ? -values[i] : values[i];
        }
    }

    /// <summary>How many values lie above 0, and how many below.</summary>
    public static (int Positive, int Negative) Count(ReadOnlySpan<float> values)
    {
        var (positive, negative) = (0, 0);
        foreach (var value in values)
        {
            if (value > 0) positive++;
            else if (value < 0) negative++;
        }

        return (positive, negative);
    }
}
