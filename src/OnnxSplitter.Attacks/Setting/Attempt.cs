using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Data;

namespace OnnxSplitter.Attacks.Setting;

/// <summary>What one way to attack came to.</summary>
/// <param name="How">The way, in a few words.</param>
/// <param name="Accuracy">Balanced, on the evaluation examples.</param>
/// <param name="Agreement">Share of them for which it answers as the original; null where that is not known.</param>
/// <param name="Values">What it holds the tensors to be; null where it changes none.</param>
internal sealed record Attempt(string How, Measured Accuracy, double? Agreement, Parameters? Values = null)
{
    /// <summary>How well its guess tells changed weights from others; null where none was made of each.</summary>
    public double? Auroc { get; init; }
}
