using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Attacks.Views;

/// <summary>Reads whole tensors, one at a time.</summary>
internal static class TensorReader
{
    // Bits are decoded in pieces: as 64-bit numbers they take twice the room of the values.
    private const int ChunkSize = 1 << 16;

    /// <summary>A weight tensor's values, row by row.</summary>
    public static float[] Read(ModelFile file, WeightTensor tensor)
    {
        var codec = WeightCodec.Of(file, tensor);
        return Read(file, tensor, codec.Decode);
    }

    /// <summary>Values of floats.</summary>
    public static float[] Read(ModelFile file, StoredTensor tensor) =>
        Read(file, tensor, (_, bits) => tensor.Type.Decode(bits));

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
