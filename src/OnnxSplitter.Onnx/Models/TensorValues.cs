using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Models;

/// <summary>Reads whole tensors, one at a time.</summary>
public static class TensorValues
{
    // Bits are decoded in pieces: as 64-bit numbers they take twice the room of the values.
    private const int ChunkSize = 1 << 16;

    /// <summary>A weight tensor's values, row by row.</summary>
    /// <exception cref="ModelFormatException">It has more than an array holds, or can't be read.</exception>
    public static float[] Read(ModelFile file, WeightTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(tensor);
        var codec = WeightCodec.Of(file, tensor);
        return Read(file, tensor, codec.Decode);
    }

    /// <summary>Values of floats.</summary>
    /// <exception cref="ModelFormatException">As above.</exception>
    public static float[] Read(ModelFile file, StoredTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(tensor);
        return Read(file, tensor, (_, bits) => tensor.Type.Decode(bits));
    }

    private static float[] Read(ModelFile file, StoredTensor tensor, Func<long, ulong, double> decode)
    {
        if (tensor.Count > Array.MaxLength)
            throw new ModelFormatException(
                $"Tensor {tensor.Path} has {tensor.Count} values, more than can be looked at together.",
                "Look at a model of smaller tensors.");
        var values = new float[tensor.Count];
        using var stream = file.OpenPart(tensor.Storage.File);
        for (var start = 0; start < values.Length; start += ChunkSize)
        {
            var bits = WeightPatcher.ReadRange(stream, tensor, start, Math.Min(ChunkSize, values.Length - start));
            for (var i = 0; i < bits.Length; i++) values[start + i] = (float)decode(start + i, bits[i]);
        }

        return values;
    }
}
