using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Files;
using SkiaSharp;

namespace OnnxSplitter.Protection.Images;

/// <summary>Reads folders of images, a sub-folder a class.</summary>
public static class ImageFolder
{
    // A picture of a few kilobytes may claim any size.
    private const long MostPixels = 1 << 26;

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp",
    };

    /// <summary>Reads all images of a folder.</summary>
    /// <param name="folder">
    /// Sub-folders are classes: their numbers if all are named by numbers, else 0, 1, ... in the order of their names.
    /// Images in the folder itself have no labels.
    /// </param>
    /// <param name="inputs">The model's inputs: one, of rank 4, float32 or uint8.</param>
    /// <param name="options">How images become its input.</param>
    /// <exception cref="DataFormatException">No images, one that can't be read, or a model that takes none.</exception>
    public static Dataset Read(string folder, IReadOnlyList<ModelInput> inputs, ImageOptions options)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        if (inputs is not [{ Dims.Length: 4, Type: TensorElementType.Float or TensorElementType.UInt8 } input])
            throw new DataFormatException(
                "The model does not take images: that needs one input of rank 4, float32 or uint8.",
                "Pass a .npz file, or a folder with test_data_set_0.");
        var files = Files(folder, out var labels);
        var shape = ImageShape.Of(input, options, files[0], Size);
        var size = checked((long)shape.Length * (input.Type == TensorElementType.Float ? sizeof(float) : 1));
        if (size * files.Count > Array.MaxLength)
            throw new DataFormatException(
                $"{files.Count} images of {shape.Height} x {shape.Width} are too many at once.",
                "Pass fewer, or scale them down with Resize.")
            { Properties = [nameof(ImageOptions.Resize)] };
        var data = GC.AllocateUninitializedArray<byte>((int)(size * files.Count));
        for (var i = 0; i < files.Count; i++)
        {
            var pixels = Pixels(files[i], shape, options.Resize is null);
            var to = data.AsSpan((int)(i * size), (int)size);
            if (input.Type == TensorElementType.Float)
                shape.Write(pixels, MemoryMarshal.Cast<byte, float>(to), shape.Normalized);
            else shape.Write(pixels, to, (value, _) => value);
        }

        var arrays = new Dictionary<string, NumpyArray>(StringComparer.Ordinal)
        {
            [input.Name] = new(input.Type, [files.Count, .. shape.Dims], data),
        };
        return Dataset.Of(folder, arrays, labels, new HashSet<string>(StringComparer.Ordinal));
    }

    private static List<string> Files(string folder, out int[]? labels)
    {
        var files = Images(folder);
        labels = null;
        if (files.Count > 0) return files;

        string[] classes = [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)];
        var numbers = Array.ConvertAll(classes, path => int.TryParse(
            Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1);
        if (numbers.Any(number => number < 0)) numbers = [.. Enumerable.Range(0, classes.Length)];
        var found = classes.Zip(numbers).SelectMany(pair => Images(pair.First).Select(file => (file, pair.Second)))
            .ToArray();
        if (found.Length == 0)
            throw new DataFormatException($"{folder} holds no images and no test_data_set_0.",
                $"Put images ({string.Join(", ", Extensions)}) into a sub-folder for each class.");
        labels = Array.ConvertAll(found, pair => pair.Second);
        return [.. found.Select(pair => pair.file)];
    }

    private static List<string> Images(string folder) =>
        [.. Directory.GetFiles(folder).Where(file => Extensions.Contains(Path.GetExtension(file)))
            .Order(StringComparer.Ordinal)];

    private static (int Height, int Width) Size(string path)
    {
        using var codec = Open(path);
        return (codec.Info.Height, codec.Info.Width);
    }

    private static SKCodec Open(string path)
    {
        var file = new FileStream(
            RegularFile.Open(path, (message, e) => new DataFormatException(message, "Leave it out of the folder.", e)),
            FileAccess.Read);
        var codec = SKCodec.Create(file, out var result);
        if (codec is null)
        {
            file.Dispose();
            throw Bad(path, $"{result}");
        }

        // Which closes the file with itself.
        if ((long)codec.Info.Width * codec.Info.Height <= MostPixels) return codec;
        codec.Dispose();
        throw Bad(path, "it has too many pixels");
    }

    /// <summary>Red, green, blue and a fourth byte per pixel, row by row, in the shape's size.</summary>
    private static byte[] Pixels(string path, ImageShape shape, bool exact)
    {
        using var codec = Open(path);
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul);
        using var bitmap = new SKBitmap(info);
        if (codec.GetPixels(info, bitmap.GetPixels()) != SKCodecResult.Success) throw Bad(path, "it is damaged");
        if ((info.Height, info.Width) == (shape.Height, shape.Width)) return bitmap.Bytes;
        if (exact && shape.FromImage)
            throw new DataFormatException(
                $"{path} is not as large as the other images.", "Scale them with Resize, to a height and a width.")
            {
                Properties = [nameof(ImageOptions.Resize)],
            };
        using var resized = bitmap.Resize(info.WithSize(shape.Width, shape.Height),
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)) ?? throw Bad(path, "it can't be scaled");
        return resized.Bytes;
    }

    private static DataFormatException Bad(string path, string what) =>
        new($"{path} can't be read as an image: {what}.", "Check the file; PNG, JPEG, WebP, GIF and BMP are known.");
}
