using SkiaSharp;

namespace ImageHost;

/// <summary>Turns a picture into what the model was trained on.</summary>
internal static class Picture
{
    /// <summary>Width and height of the model's input, pixels.</summary>
    public const int Side = 28;

    // A picture takes 4 bytes a pixel while it is decoded, in every request at a time.
    private const int LongestSide = 1024;

    // Of the training images; see models/README.md.
    private const float Mean = 0.2860f;
    private const float Deviation = 0.3530f;

    /// <summary>Decodes a PNG, shrinks it and normalises it.</summary>
    /// <returns>The pixels, row by row; null if that is no picture, or a huge one.</returns>
    public static float[]? Read(byte[] file)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);

        // A small file may claim a size that fills the memory.
        if (codec is null || codec.EncodedFormat != SKEncodedImageFormat.Png) return null;
        if (codec.Info.Width > LongestSide || codec.Info.Height > LongestSide) return null;
        using var whole = new SKBitmap(codec.Info.WithColorType(SKColorType.Rgba8888));
        if (codec.GetPixels(whole.Info, whole.GetPixels()) != SKCodecResult.Success) return null;
        using var small = whole.Resize(
            new SKImageInfo(Side, Side, SKColorType.Rgba8888), new SKSamplingOptions(SKFilterMode.Linear));
        if (small is null) return null;
        return [.. small.Pixels.Select(pixel =>
            (((0.299f * pixel.Red) + (0.587f * pixel.Green) + (0.114f * pixel.Blue)) / 255 - Mean) / Deviation)];
    }
}
