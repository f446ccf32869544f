using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Data;
using OnnxSplitter.Protection.Images;
using SkiaSharp;

namespace OnnxSplitter.Tests.Protection.Images;

/// <summary>Folders of images as data.</summary>
public sealed class ImageFolderTests : IDisposable
{
    private static readonly ModelInput Wide = Input(-1, 3, -1, -1);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Sub_folders_are_classes_and_channels_lie_where_the_model_has_them()
    {
        Write("cat/1.png", 2, 3, new SKColor(255, 0, 51));
        Write("dog/2.png", 2, 3, new SKColor(0, 102, 255));
        Write("dog/1.png", 2, 3, SKColors.Black);

        var planar = ImageFolder.Read(_folder.Root, [Wide], new ImageOptions());
        var interleaved = ImageFolder.Read(_folder.Root, [Input(-1, -1, -1, 3)], new ImageOptions());

        Assert.Equal([0, 1, 1], planar.Labels!);
        Assert.Equal([3, 3, 2, 3], planar.Inputs["x"].Dims);
        Assert.Equal([3, 2, 3, 3], interleaved.Inputs["x"].Dims);
        Near([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, .2, .2, .2, .2, .2, .2], planar.Inputs["x"].As<float>()[..18]);
        Near([1, 0, .2, 1, 0, .2], interleaved.Inputs["x"].As<float>()[..6]);
        Near([0, .4, 1], interleaved.Inputs["x"].As<float>()[^3..]);
    }

    [Fact]
    public void Sub_folders_named_by_numbers_are_those_classes()
    {
        Write("10/a.png", 1, 1, SKColors.White);
        Write("9/a.png", 1, 1, SKColors.Black);

        var data = ImageFolder.Read(_folder.Root, [Wide], new ImageOptions());

        Assert.Equal([10, 9], data.Labels!);
    }

    [Fact]
    public void Images_of_any_size_are_scaled_and_normalised()
    {
        Write("a.png", 40, 20, new SKColor(51, 51, 51));
        Write("b.png", 8, 16, new SKColor(255, 255, 255));

        var data = ImageFolder.Read(_folder.Root, [Wide],
            new ImageOptions { Resize = (4, 5), Mean = [0.2, 0, 0.2], Std = [1, 2, 0.5] });

        Assert.Null(data.Labels);
        Assert.Equal([2, 3, 4, 5], data.Inputs["x"].Dims);
        Near([.. Same(0, 20), .. Same(.1, 20), .. Same(0, 20), .. Same(.8, 20), .. Same(.5, 20), .. Same(1.6, 20)],
            data.Inputs["x"].As<float>());
    }

    [Fact]
    public void A_model_of_one_channel_sees_grey_and_one_of_bytes_gets_bytes()
    {
        Write("a.png", 2, 2, new SKColor(255, 0, 0));

        var grey = ImageFolder.Read(_folder.Root, [Input(-1, 1, 2, 2)], new ImageOptions());
        var bytes = ImageFolder.Read(
            _folder.Root, [Input(-1, 2, 2, 3) with { Type = TensorElementType.UInt8 }], new ImageOptions());

        Near(Same(76 / 255.0, 4), grey.Inputs["x"].As<float>());
        Assert.Equal([255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0], bytes.Inputs["x"].Data);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("sizes")]
    [InlineData("damaged")]
    [InlineData("huge")]
    [InlineData("channels")]
    [InlineData("size")]
    [InlineData("numbers")]
    public void What_cannot_be_fed_is_refused(string defect)
    {
        if (defect != "empty") Write("a.png", 2, 2, SKColors.Red);
        if (defect == "sizes") Write("b.png", 2, 3, SKColors.Red);
        if (defect == "damaged") File.WriteAllBytes(_folder["b.png"], File.ReadAllBytes(_folder["a.png"])[..40]);
        if (defect == "huge")
        {
            // The header's width; Skia looks at its checksum no sooner than at the pixels.
            var bytes = File.ReadAllBytes(_folder["a.png"]);
            bytes[16] = 0x7F;
            File.WriteAllBytes(_folder["a.png"], bytes);
        }

        var input = defect == "channels" ? Input(-1, 4, -1, -1) : Wide;
        var options = defect switch
        {
            "size" => new ImageOptions { Resize = (3, 3) },
            "numbers" => new ImageOptions { Mean = [1, 2] },
            _ => new ImageOptions(),
        };
        Assert.Throws<DataFormatException>(() => ImageFolder.Read(
            _folder.Root, [defect == "size" ? Input(-1, 3, 2, 2) : input], options));
    }

    public void Dispose() => _folder.Dispose();

    private static double[] Same(double value, int count) => [.. Enumerable.Repeat(value, count)];

    private static void Near(double[] expected, ReadOnlySpan<float> values)
    {
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], values[i], 1e-6);
    }

    private static ModelInput Input(params int[] dims) =>
        new("x", TensorElementType.Float, dims, [.. dims.Select(_ => "")]);

    private void Write(string name, int height, int width, SKColor color)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(color);
        using var image = SKImage.FromBitmap(bitmap);
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        using var file = File.Create(_folder[name]);
        png.SaveTo(file);
    }
}
