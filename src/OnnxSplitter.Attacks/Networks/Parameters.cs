namespace OnnxSplitter.Attacks.Networks;

/// <summary>One set of values for a network's tensors, row by row, by tensor path.</summary>
/// <param name="Values">Arrays that belong to this set alone.</param>
internal sealed record Parameters(IReadOnlyDictionary<string, float[]> Values)
{
    /// <summary>The values of a tensor, to read or to change.</summary>
    public float[] this[string path] => Values[path];

    /// <summary>The same values in arrays of their own.</summary>
    public Parameters Copy() => new(Values.ToDictionary(
        pair => pair.Key, pair => (float[])pair.Value.Clone(), StringComparer.Ordinal));

    /// <summary>The same, with some tensors made anew.</summary>
    /// <param name="change">Gets a tensor's path and its values; returns new ones, or the same to keep them.</param>
    public Parameters With(Func<string, float[], float[]> change) => new(Values.ToDictionary(
        pair => pair.Key, pair => change(pair.Key, pair.Value), StringComparer.Ordinal));
}
