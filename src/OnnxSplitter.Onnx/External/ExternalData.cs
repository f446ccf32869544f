using System.Globalization;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.External;

/// <summary>A tensor's values in a data file.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">Position of the first byte.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct ExternalData(DataFile File, long Offset, long Length)
{
    /// <summary>Reads and checks what a tensor says about where its values lie.</summary>
    /// <param name="tensor">A tensor with external data.</param>
    /// <param name="folder">Where data files are.</param>
    /// <param name="wanted">How many bytes its type and shape ask for; null if not known.</param>
    /// <exception cref="ModelFormatException">It is malformed, or the file is too short.</exception>
    public static ExternalData Of(TensorProto tensor, DataFolder folder, long? wanted)
    {
        var location = Entry(tensor, "location")
            ?? throw WireReader.Malformed($"tensor {tensor.Name} has external data without a location");
        var file = folder.Find(location, tensor.Name);
        var (offset, length) = Range(tensor, file.Length, wanted);
        return new ExternalData(file, offset, length);
    }

    /// <summary>Whether a tensor's values lie in a data file of that name.</summary>
    public static bool IsIn(TensorProto tensor, string name) =>
        tensor.DataLocation == TensorProto.Types.DataLocation.External
        && Entry(tensor, "location") is { } location && DataFolder.NameOf(location) == name;

    /// <summary>Where they lie in it.</summary>
    /// <exception cref="ModelFormatException">The tensor is malformed, or the file is too short.</exception>
    public static (long Offset, long Length) RangeIn(TensorProto tensor, long fileLength) =>
        Range(tensor, fileLength, LengthOf(tensor));

    /// <summary>Puts a tensor's values into the tensor itself.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="values">Owned by the tensor from here on.</param>
    public static void Replace(TensorProto tensor, byte[] values)
    {
        tensor.RawData = UnsafeByteOperations.UnsafeWrap(values);
        tensor.DataLocation = TensorProto.Types.DataLocation.Default;
        tensor.ExternalData.Clear();
    }

    private static (long Offset, long Length) Range(TensorProto tensor, long fileLength, long? wanted)
    {
        var offset = Number("offset") ?? 0;
        var length = Number("length") ?? wanted ?? Math.Max(0, fileLength - offset);

        // In this order nothing overflows.
        if (length > fileLength || offset > fileLength - length)
            throw new ModelFormatException(
                $"Tensor {tensor.Name} has {length} bytes from {offset} on in data file '{Entry(tensor, "location")}', "
                + $"which has {fileLength}.",
                "Check that the data file was copied whole, and that it is this model's.");
        if (wanted is { } bytes && bytes != length)
            throw WireReader.Malformed($"tensor {tensor.Name} has {length} bytes in a data file instead of {bytes}");
        return (offset, length);

        long? Number(string key) => Entry(tensor, key) is not { } text ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
            : throw WireReader.Malformed($"the {key} of tensor {tensor.Name} in its data file is no number from 0 on");
    }

    /// <summary>Bytes of a tensor of any type with a fixed size; null for others.</summary>
    public static long? LengthOf(TensorProto tensor)
    {
        long? bits = tensor.DataType switch
        {
            2 or 3 or 9 or 17 or 18 or 19 or 20 or 24 => 8,
            4 or 5 or 10 or 16 => 16,
            1 or 6 or 12 => 32,
            7 or 11 or 13 or 14 => 64,
            15 => 128,
            21 or 22 or 23 => 4,
            25 or 26 => 2,
            _ => null,
        };
        return bits is { } width ? (TensorShape.CountOf(tensor, tensor.Name) * width + 7) / 8 : null;
    }

    private static string? Entry(TensorProto tensor, string key)
    {
        string? found = null;
        foreach (var entry in tensor.ExternalData)
        {
            if (entry.Key != key) continue;
            if (found is not null)
                throw WireReader.Malformed($"tensor {tensor.Name} has two entries {key} for its data file");
            found = entry.Value;
        }

        return found;
    }
}
