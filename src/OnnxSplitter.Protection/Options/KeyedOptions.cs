using OnnxSplitter.Secrets.Keyed;

namespace OnnxSplitter.Protection.Options;

/// <summary>How a key changes weights.</summary>
public sealed record KeyedOptions
{
    /// <summary>The rules: at least one, and not both sign and mantissa.</summary>
    /// <remarks>
    /// Mantissas alone leave every weight's magnitude in its place, to within a factor of two; so by default places
    /// change too.
    /// </remarks>
    public KeyedRules Rules { get; init; } = KeyedRules.Mantissa | KeyedRules.Shuffle;

    /// <summary>
    /// Least share of the weights of kernels, matrices and embeddings that change, above 0 and at most 1.
    /// </summary>
    public double Share { get; init; } = 1;

    /// <summary>Which those are, where the share is below 1.</summary>
    public KeyedWhich Which { get; init; } = KeyedWhich.Largest;
}
