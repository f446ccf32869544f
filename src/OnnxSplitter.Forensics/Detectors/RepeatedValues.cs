namespace OnnxSplitter.Forensics.Detectors;

/// <summary>Trained floats hardly ever agree in every bit; values that were put there may.</summary>
internal static class RepeatedValues
{
    /// <summary>
    /// How many others have the same value, by how many usually do, twice that at the ends of the range; undone by the
    /// median.
    /// </summary>
    public static void Judge(ReadOnlySpan<float> values, Span<float> suspicion, Span<float> repair)
    {
        var sorted = new Sorted(values);
        var ascending = sorted.Values;
        var runs = 1;
        for (var i = 1; i < ascending.Length; i++)
            if (ascending[i] != ascending[i - 1]) runs++;
        var usual = (float)ascending.Length / runs;
        for (var start = 0; start < ascending.Length;)
        {
            var end = start + 1;
            while (end < ascending.Length && ascending[end] == ascending[start]) end++;
            var others = (end - start - 1) / usual;
            if (start == 0 || end == ascending.Length) others *= 2;
            for (; start < end; start++) suspicion[sorted.Order[start]] = others;
        }

        repair.Fill(sorted.Median);
    }
}
