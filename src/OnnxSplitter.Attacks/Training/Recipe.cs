using System.Globalization;
using OnnxSplitter.Attacks.Networks;

namespace OnnxSplitter.Attacks.Training;

/// <summary>How a thief trains.</summary>
/// <param name="Adam">By Adam, rather than by gradient descent with momentum.</param>
/// <param name="Rate">The learning rate, which falls to 0 along half a cosine.</param>
/// <param name="Mode">How the network normalises meanwhile.</param>
/// <param name="LastLayers">Tensors that are trained, counted from the last; null for all.</param>
internal sealed record Recipe(bool Adam, float Rate, NormalizationMode Mode, int? LastLayers = null)
{
    /// <summary>In a few words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Adam ? "Adam" : "SGD")} {Rate:g3}")
        + (LastLayers is null ? "" : ", last layers")
        + (Mode == NormalizationMode.AsExported ? "" : ", batch normalisation");
}
