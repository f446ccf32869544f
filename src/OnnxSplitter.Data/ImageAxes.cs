namespace OnnxSplitter.Data;

/// <summary>Which axes of an input are those of an image, by its shape.</summary>
internal static class ImageAxes
{
    private const int FewestPixels = 8;

    /// <summary>
    /// Whether an axis is the height or width of [batch, channels, height, width] or [batch, height, width, channels],
    /// with 1 to 4 channels.
    /// </summary>
    /// <param name="dims">With the batch axis; lengths that are not known are negative.</param>
    /// <param name="axis">Which.</param>
    public static bool IsSide(IReadOnlyList<int> dims, int axis) => dims.Count == 4
        && (axis >= 2 && dims[1] is >= 1 and <= 4 || axis is 1 or 2 && dims[3] is >= 1 and <= 4);

    /// <summary>Whether this is the shape of an image.</summary>
    public static bool IsImage(long[] dims) => ChannelsFirst(dims)
        || dims is [_, >= FewestPixels, >= FewestPixels, >= 1 and <= 4];

    /// <summary>Whether it is that of one whose channels come first.</summary>
    public static bool ChannelsFirst(long[] dims) => dims is [_, >= 1 and <= 4, >= FewestPixels, >= FewestPixels];
}
