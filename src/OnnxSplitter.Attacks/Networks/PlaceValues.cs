using OnnxSplitter.Gradients.Rewriting;

namespace OnnxSplitter.Attacks.Networks;

/// <summary>Names of values that belong to a place.</summary>
/// <param name="Place">The place.</param>
/// <param name="Mean">Of each channel.</param>
/// <param name="Variance">Of each channel.</param>
internal sealed record PlaceValues(NormalizedPlace Place, string Mean, string Variance);
