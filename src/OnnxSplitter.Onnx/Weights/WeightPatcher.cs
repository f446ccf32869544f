using System.Buffers.Binary;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>The bits of one weight.</summary>
/// <param name="Tensor">The tensor it belongs to.</param>
/// <param name="Index">Flat index, row by row.</param>
/// <param name="Bits">IEEE 754 bits.</param>
public readonly record struct WeightBits(WeightTensor Tensor, long Index, uint Bits);

/// <summary>Reads and writes single weights in place: whatever else the file holds is not touched.</summary>
public static class WeightPatcher
{
    /// <summary>Writes weights into a copy of the model.</summary>
    /// <param name="model">A readable, writable, seekable stream that holds the model.</param>
    /// <param name="weights">What to write.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside its tensor.</exception>
    public static void Write(Stream model, IEnumerable<WeightBits> weights)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(weights);
        Span<byte> bytes = stackalloc byte[WeightTensor.ValueSize];
        foreach (var weight in weights)
        {
            model.Position = Position(weight.Tensor, weight.Index);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, weight.Bits);
            model.Write(bytes);
        }
    }

    /// <summary>Reads one weight's bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside the tensor.</exception>
    public static uint Read(Stream model, WeightTensor tensor, long index)
    {
        ArgumentNullException.ThrowIfNull(model);
        Span<byte> bytes = stackalloc byte[WeightTensor.ValueSize];
        model.Position = Position(tensor, index);
        model.ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private static long Position(WeightTensor tensor, long index)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, tensor.Count);
        return tensor.Offset + index * WeightTensor.ValueSize;
    }
}
