using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>The elements of a <c>TensorProto</c> side by side, whatever field holds them.</summary>
public static class TensorPacking
{
    /// <summary>Gets the elements of a tensor whose values are at hand, as <c>raw_data</c> would have them.</summary>
    /// <param name="tensor">Of one of the types of <see cref="ElementType"/>.</param>
    /// <returns>A new array.</returns>
    public static byte[] Pack(TensorProto tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!tensor.RawData.IsEmpty) return tensor.RawData.ToByteArray();
        var size = Math.Max(1, (ElementType.Of(tensor.DataType) ?? ElementType.UInt8).BitWidth / 8);
        switch ((DataType)tensor.DataType)
        {
            case DataType.Float: return Bytes([.. tensor.FloatData]);
            case DataType.Double: return Bytes([.. tensor.DoubleData]);
            default:
                var packed = new byte[tensor.Int32Data.Count * size];
                for (var i = 0; i < tensor.Int32Data.Count; i++)
                {
                    if (size == 1) packed[i] = (byte)tensor.Int32Data[i];
                    else BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(2 * i), (ushort)tensor.Int32Data[i]);
                }

                return packed;
        }
    }

    /// <summary>Gives a tensor other elements, as <c>raw_data</c>.</summary>
    public static void Replace(TensorProto tensor, ReadOnlySpan<byte> packed) =>
        Replace(tensor, ByteString.CopyFrom(packed));

    /// <summary>The same without a copy: a tensor has what the array holds, then and later.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="packed">Its elements. Not to be changed while a graph that has the tensor is written.</param>
    public static void Share(TensorProto tensor, byte[] packed) =>
        Replace(tensor, UnsafeByteOperations.UnsafeWrap(packed));

    private static void Replace(TensorProto tensor, ByteString packed)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        tensor.FloatData.Clear();
        tensor.DoubleData.Clear();
        tensor.Int32Data.Clear();
        tensor.DataLocation = TensorProto.Types.DataLocation.Default;
        tensor.ExternalData.Clear();
        tensor.RawData = packed;
    }

    private static byte[] Bytes<T>(T[] values) where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
