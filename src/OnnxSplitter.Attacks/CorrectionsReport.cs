using OnnxSplitter.Data;

namespace OnnxSplitter.Attacks;

/// <summary>What a host learns of weights that a trusted process corrects layers by.</summary>
/// <param name="Layers">The changed layers, in the order in which they run.</param>
/// <param name="Original">The original's accuracy; null where no labels are at hand.</param>
/// <param name="Obfuscated">The obfuscated model's; null where no labels are at hand.</param>
/// <param name="BroughtBack">
/// The accuracy with what was solved for put back; null where no labels are at hand, or where other nodes lie between a
/// tensor and its layer.
/// </param>
public sealed record CorrectionsReport(
    IReadOnlyList<LayerLeak> Layers, Measured? Original, Measured? Obfuscated, Measured? BroughtBack)
{
    /// <summary>
    /// Queries until the change of all layers is known, each of which tells something of every layer; null where that
    /// of one is not known with all examples.
    /// </summary>
    public int? Queries => Layers.All(layer => layer.Queries is not null)
        ? Layers.Max(layer => layer.Queries) : null;
}
