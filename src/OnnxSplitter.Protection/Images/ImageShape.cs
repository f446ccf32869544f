using OnnxSplitter.Data;

namespace OnnxSplitter.Protection.Images;

/// <summary>The tensor that one image becomes.</summary>
internal sealed class ImageShape
{
    private const int BytesPerPixel = 4;

    private readonly ImageLayout _layout;
    private readonly float[] _mean;
    private readonly float[] _std;

    private ImageShape(
        ImageLayout layout, int channels, (int Height, int Width) size, bool fromImage, ImageOptions options)
    {
        (_layout, Channels, Height, Width, FromImage) = (layout, channels, size.Height, size.Width, fromImage);
        _mean = PerChannel(options.Mean, channels, nameof(ImageOptions.Mean));
        _std = PerChannel(options.Std, channels, nameof(ImageOptions.Std));
    }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>Whether the first image has set the size.</summary>
    public bool FromImage { get; }

    /// <summary>Values.</summary>
    public int Length => checked(Channels * Height * Width);

    /// <summary>Shape without the batch axis.</summary>
    public long[] Dims => _layout == ImageLayout.Nchw ? [Channels, Height, Width] : [Height, Width, Channels];

    /// <summary>Takes it from the options, else from what the model declares, else from an image.</summary>
    /// <param name="input">Of rank 4.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="image">An image.</param>
    /// <param name="sizeOf">Tells an image's height and width.</param>
    /// <exception cref="DataFormatException">The model declares another size, or not 1 or 3 channels.</exception>
    public static ImageShape Of(
        ModelInput input, ImageOptions options, string image, Func<string, (int Height, int Width)> sizeOf)
    {
        var layout = options.Layout
            ?? (IsColour(input.Dims[1]) ? ImageLayout.Nchw : IsColour(input.Dims[3]) ? ImageLayout.Nhwc
                : throw new DataFormatException($"It is not clear along which axis '{input.Name}' has 1 or 3 channels.",
                    "Set Layout to nchw or nhwc.")
                { Properties = [nameof(ImageOptions.Layout)] });
        var (c, h, w) = layout == ImageLayout.Nchw ? (1, 2, 3) : (3, 1, 2);
        var channels = input.Dims[c] < 0 ? 3 : input.Dims[c];
        if (!IsColour(channels))
            throw new DataFormatException(
                $"'{input.Name}' has {channels} channels; images have 1 or 3.", "Check Layout.")
            {
                Properties = [nameof(ImageOptions.Layout)],
            };
        var open = input.Dims[h] < 0 || input.Dims[w] < 0;
        var own = open && options.Resize is null ? sizeOf(image) : default;
        var size = options.Resize ?? (
            input.Dims[h] < 0 ? own.Height : input.Dims[h], input.Dims[w] < 0 ? own.Width : input.Dims[w]);
        if (input.Dims[h] >= 0 && input.Dims[h] != size.Item1 || input.Dims[w] >= 0 && input.Dims[w] != size.Item2)
            throw new DataFormatException(
                $"The model takes images of {input.Dims[h]} x {input.Dims[w]}, not of {size.Item1} x {size.Item2}.",
                "Leave out Resize.")
            { Properties = [nameof(ImageOptions.Resize)] };
        return new ImageShape(layout, channels, size, open && options.Resize is null, options);
    }

    /// <summary>A channel's value, 0 to 255, as the model wants it.</summary>
    public float Normalized(byte value, int channel) => (value / 255f - _mean[channel]) / _std[channel];

    /// <summary>Puts pixels in their places.</summary>
    /// <param name="pixels">Red, green, blue and a fourth byte each, row by row.</param>
    /// <param name="to">As many values as this shape has.</param>
    /// <param name="convert">Makes a value of a byte and its channel.</param>
    public void Write<T>(ReadOnlySpan<byte> pixels, Span<T> to, Func<byte, int, T> convert)
    {
        var area = Height * Width;
        for (var pixel = 0; pixel < area; pixel++)
        {
            var rgb = pixels.Slice(pixel * BytesPerPixel, 3);
            for (var channel = 0; channel < Channels; channel++)
            {
                // Grey by ITU-R BT.601, as image libraries do.
                var value = Channels == 1
                    ? (byte)Math.Round(0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2])
                    : rgb[channel];
                to[_layout == ImageLayout.Nchw ? channel * area + pixel : pixel * Channels + channel] =
                    convert(value, channel);
            }
        }
    }

    private static bool IsColour(int channels) => channels is 1 or 3;

    private static float[] PerChannel(IReadOnlyList<double> values, int channels, string property)
    {
        if (values.Count == 1) return [.. Enumerable.Repeat((float)values[0], channels)];
        return values.Count == channels
            ? [.. values.Select(value => (float)value)]
            : throw new DataFormatException(
                $"{property} has {values.Count} numbers; the model's images have {channels} channels.",
                "Give one number, or one for each channel.")
            { Properties = [property] };
    }
}
