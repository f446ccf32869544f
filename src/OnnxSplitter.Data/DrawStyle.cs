namespace OnnxSplitter.Data;

/// <summary>In what size, and with how much order, numbers are drawn.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Scale">Standard deviation of floats; integers without a known range are below 16 times this.</param>
/// <param name="Mean">Of floats.</param>
/// <param name="Low">Smallest float.</param>
/// <param name="High">Largest.</param>
/// <param name="Structured">Whether images and sounds are more than noise.</param>
internal sealed record DrawStyle(
    string Name, float Scale, float Mean = 0, float Low = float.NegativeInfinity, float High = float.PositiveInfinity,
    bool Structured = true)
{
    /// <summary>What most models are trained on: mean 0, deviation 1.</summary>
    public static DrawStyle Usual { get; } = new("around 0 by 1", 1);

    /// <summary>The brightness of images as their files have it.</summary>
    public static DrawStyle Bytes { get; } = new("0 to 255", 60, 127, 0, 255);

    /// <summary>All, those that most models are trained on first.</summary>
    public static IReadOnlyList<DrawStyle> All { get; } =
    [
        Usual, new("0 to 1", 0.25f, 0.5f, 0, 1), new("around 0 by 0.25", 0.25f), new("around 0 by 4", 4), Bytes,
        new("noise around 0 by 1", 1, Structured: false),
    ];

    /// <summary>A number of mean 0 and deviation 1 as one of this style.</summary>
    public float Of(float number) => Math.Clamp(Mean + Scale * number, Low, High);
}
