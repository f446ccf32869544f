using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf.Collections;
using Onnx;
using OnnxSplitter.Onnx.Weights;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Secrets.Payload;

/// <summary>The touched tensors of compact secrets as ONNX initializers.</summary>
/// <remarks>
/// First a float32 scalar, the value that all changed weights are restored to. Then per touched tensor, in ascending
/// order of paths, a uint8 tensor with the touched tensor's path as its name; its bytes are varints: the rank, the
/// dims, and for each index how many untouched ones lie between it and the one before.
/// </remarks>
internal static class CompactSecrets
{
    private const string CenterName = "onnxsplitter.center";

    /// <summary>Adds the value and the touched tensors to a graph that is being written.</summary>
    public static void Write(IReadOnlyList<TensorSecrets> tensors, WireMessage graph)
    {
        var center = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(center, (uint)tensors[0].RestoredBits[0]);
        Add(TensorMessage.Of(CenterName, DataType.Float, [], center));
        foreach (var tensor in tensors)
        {
            var bytes = Pack(tensor);
            Add(TensorMessage.Of(tensor.Path, DataType.Uint8, [bytes.Length], bytes));
        }

        void Add(WireMessage tensor) => graph.Message(GraphProto.InitializerFieldNumber, tensor);
    }

    /// <summary>Reads what <see cref="Write"/> wrote. Further fields are left to the check of the whole form.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    /// <exception cref="FormatException">Something is missing or cut.</exception>
    public static TensorSecrets[] Read(RepeatedField<TensorProto> initializers)
    {
        if (initializers.Count == 0 || initializers[0].RawData.Length != sizeof(uint))
            throw new FormatException("There is no value.");
        var center = BinaryPrimitives.ReadUInt32LittleEndian(initializers[0].RawData.Span);
        return [.. initializers.Skip(1).Select(packed => Unpack(packed.Name, packed.RawData.Span, center))];
    }

    private static byte[] Pack(TensorSecrets tensor)
    {
        // Never grows, so that no copy of it stays behind.
        using var stream = new MemoryStream(Varint.MaxLength * (1 + tensor.Dims.Count + tensor.Indices.Length));
        Varint.Write(stream, tensor.Dims.Count);
        foreach (var dim in tensor.Dims) Varint.Write(stream, dim);
        var next = 0L;
        foreach (var index in tensor.Indices)
        {
            Varint.Write(stream, index - next);
            next = index + 1;
        }

        var bytes = stream.ToArray();
        CryptographicOperations.ZeroMemory(stream.GetBuffer());
        return bytes;
    }

    private static TensorSecrets Unpack(string path, ReadOnlySpan<byte> bytes, uint center)
    {
        var rank = Varint.Read(ref bytes);
        if (rank > PayloadBounds.MaxRank) throw new FormatException("The shape is out of range.");
        var dims = new long[rank];
        for (var i = 0; i < dims.Length; i++) dims[i] = Varint.Read(ref bytes);
        var indices = new long[Varint.Count(bytes)];
        var next = 0L;
        for (var i = 0; i < indices.Length; i++, next = checked(indices[i - 1] + 1))
            indices[i] = checked(next + Varint.Read(ref bytes));
        if (!bytes.IsEmpty) throw new FormatException("A number is cut.");
        var restored = new ulong[indices.Length];
        Array.Fill(restored, (ulong)center);
        return new TensorSecrets(path, ElementType.Float32, dims, indices, restored);
    }
}
