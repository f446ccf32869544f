namespace OnnxSplitter.Gradients.Rewriting;

/// <summary>Where a network's channels are brought to a common scale, or could be.</summary>
/// <param name="Value">Name of what comes out of it, [batch, channels, ...].</param>
/// <param name="Channels">How many channels.</param>
/// <param name="Rank">Axes of the value.</param>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Scale">Name of the scale of each channel; null where nothing is normalised yet.</param>
/// <param name="Shift">Name of what is added to each.</param>
/// <param name="Mean">Name of the mean of each.</param>
/// <param name="Variance">Name of the variance of each.</param>
public sealed record NormalizedPlace(
    string Value, int Channels, int Rank, float Epsilon, string? Scale, string? Shift, string? Mean, string? Variance)
{
    // What trains networks adds to the variance by default.
    private const float Usual = 1e-5f;

    /// <summary>A place behind a convolution into which a normalisation was folded.</summary>
    internal static NormalizedPlace Behind(string value, int channels, int rank) =>
        new(value, channels, rank, Usual, null, null, null, null);
}
