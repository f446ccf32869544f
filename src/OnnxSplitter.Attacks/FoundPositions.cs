namespace OnnxSplitter.Attacks;

/// <summary>What an attack knows of which weights were changed.</summary>
/// <param name="Precision">Share of the weights that it takes for changed which are.</param>
/// <param name="Recall">Share of the changed weights which it takes for that.</param>
/// <param name="Auroc">
/// How likely a changed weight looks odder to it than another one; null where it does not judge each weight.
/// </param>
public sealed record FoundPositions(double Precision, double Recall, double? Auroc);
