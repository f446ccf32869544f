namespace OnnxSplitter.Protection.Images;

/// <summary>
/// How images become a model's input: channels are divided by 255, the mean taken off, then divided by std.
/// </summary>
public sealed record ImageOptions
{
    /// <summary>Height and width to scale to; null for what the model declares, or the images' own.</summary>
    public (int Height, int Width)? Resize { get; init; }

    /// <summary>Per channel, or one for all; of values from 0 to 1.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0];

    /// <summary>Per channel, or one for all; of values from 0 to 1.</summary>
    public IReadOnlyList<double> Std { get; init; } = [1];

    /// <summary>Null to see it from the axis along which the model declares 1 or 3 channels.</summary>
    public ImageLayout? Layout { get; init; }
}
