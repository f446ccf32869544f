using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.Weights;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Secrets.Payload;

/// <summary>One touched tensor as an ONNX sparse tensor.</summary>
/// <remarks>
/// ONNX IR specification, "Sparse tensors": linear indices, int64, ascending; raw data are little-endian. Values are in
/// the tensor's own type; 4-bit ones share bytes, the first in the low half.
/// </remarks>
internal static class SparseSecrets
{
    /// <summary>Adds touched tensors to a graph that is being written.</summary>
    public static void Write(IReadOnlyList<TensorSecrets> tensors, WireMessage graph)
    {
        foreach (var tensor in tensors) graph.Message(GraphProto.SparseInitializerFieldNumber, MessageOf(tensor));
    }

    /// <summary>Reads what <see cref="Write"/> wrote. Further fields are left to the check of the whole form.</summary>
    /// <exception cref="ArgumentException">Lengths do not agree, or a value is out of range.</exception>
    public static TensorSecrets Read(SparseTensorProto sparse)
    {
        if (sparse.Values is not { } values || sparse.Indices is not { } positions)
            throw new ArgumentException("A sparse tensor has values and indices.", nameof(sparse));
        if (ElementType.Of(values.DataType) is not { } type)
            throw new ArgumentException("The type is not one that weights have.", nameof(sparse));
        var count = positions.RawData.Length / sizeof(long);
        if (positions.RawData.Length != (long)count * sizeof(long) || values.RawData.Length != type.PackedLength(count))
            throw new ArgumentException("There is one value for every index.", nameof(sparse));

        var bits = new ulong[count];
        var indices = new long[count];
        for (var i = 0; i < count; i++)
        {
            bits[i] = type.Read(values.RawData.Span, i);
            indices[i] = BinaryPrimitives.ReadInt64LittleEndian(positions.RawData.Span[(i * sizeof(long))..]);
        }

        return new TensorSecrets(values.Name, type, sparse.Dims, indices, bits);
    }

    private static WireMessage MessageOf(TensorSecrets tensor)
    {
        var count = tensor.Indices.Length;
        var bits = new byte[tensor.Type.PackedLength(count)];
        var indices = new byte[checked(count * sizeof(long))];
        for (var i = 0; i < count; i++)
        {
            tensor.Type.Write(bits, i, tensor.RestoredBits[i]);
            BinaryPrimitives.WriteInt64LittleEndian(indices.AsSpan(i * sizeof(long)), tensor.Indices[i]);
        }

        return new WireMessage()
            .Message(
                SparseTensorProto.ValuesFieldNumber,
                TensorMessage.Of(tensor.Path, tensor.Type.DataType, [count], bits))
            .Message(
                SparseTensorProto.IndicesFieldNumber,
                TensorMessage.Of(name: null, DataType.Int64, [count], indices))
            .Numbers(SparseTensorProto.DimsFieldNumber, tensor.Dims);
    }

    /// <summary>Zeroes the values and the indices of a message that is not needed any more.</summary>
    public static void Wipe(SparseTensorProto sparse)
    {
        Wipe(sparse.Values?.RawData);
        Wipe(sparse.Indices?.RawData);
    }

    /// <summary>Zeroes bytes that are not needed any more.</summary>
    public static void Wipe(ByteString? bytes)
    {
        if (bytes is not null && MemoryMarshal.TryGetArray(bytes.Memory, out var array))
            CryptographicOperations.ZeroMemory(array.AsSpan());
    }
}
