using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Protection.Options;

/// <summary>
/// Asks for compact secrets: restoring sets all changed weights to one value, c, instead of to what they were
/// (NNSplitter, ICML 2023). That serves where they were all close to c, which is measured.
/// </summary>
public sealed record CompactOptions
{
    /// <summary>
    /// How far the restored model's accuracy may lie below the original's, 0 to 1; or its normalised error above 0.
    /// </summary>
    public double Tolerance { get; init; } = 0.005;

    /// <summary>
    /// c, finite; null for the mean of what the changed weights were, which is the nearest to them all in the square
    /// mean.
    /// </summary>
    public float? Center { get; init; }

    /// <summary>c for these changes.</summary>
    /// <exception cref="ModelFormatException">Their mean is not finite, or one is not float32.</exception>
    internal float CenterOf(IReadOnlyList<WeightChange> changes)
    {
        if (changes.FirstOrDefault(change => change.Tensor.Type != ElementType.Float32) is { Tensor: { } other })
            throw new ModelFormatException(
                $"Compact secrets hold float32 weights alone; {other.Path} is {other.Type}.", "Leave out Compact.")
            {
                Properties = [nameof(ProtectionOptions.Compact)],
            };
        var center = Center ?? (float)changes.Average(change => change.Tensor.Type.Decode(change.Original));
        return float.IsFinite(center) ? center : throw new ModelFormatException(
            "The changed weights have no finite mean to be restored to.", "Give a value with Center.")
        {
            Properties = [nameof(Center)],
        };
    }
}
