using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Vectors.Samples;

namespace OnnxSplitter.Tests.Onnx;

/// <summary>Tensors in every type and encoding, as bytes that no serialiser of this project wrote.</summary>
internal static class EncodedTensor
{
    public static IReadOnlyList<ElementType> Types { get; } =
    [
        ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16, ElementType.Int8,
        ElementType.UInt8, ElementType.Int16, ElementType.UInt16, ElementType.Int4, ElementType.UInt4,
    ];

    public static ElementType Named(string name) => Types.Single(type => type.ToString() == name);

    /// <summary>A serialised <c>TensorProto</c>; its dims are packed if the elements are even in number.</summary>
    public static byte[] Bytes(string name, ElementType type, long[] dims, ulong[] elements, Encoding encoding)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        var tensor = new TensorProto { Name = name, DataType = (int)type.DataType, Dims = { dims } };
        if (elements.Length % 2 == 0) tensor.WriteTo(output);
        else stream.Write(UnpackedForm.Of(tensor));
        var field = encoding == Encoding.Raw ? 9 : type.BitWidth switch { 32 => 4, 64 => 10, _ => 5 };
        switch (encoding)
        {
            case Encoding.Raw:
                var packed = new byte[type.PackedLength(elements.Length)];
                for (var i = 0; i < elements.Length; i++) type.Write(packed, i, elements[i]);
                output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(packed));
                break;
            case Encoding.Packed:
                WriteList(elements);
                break;
            case Encoding.Unpacked:
                WriteEach(elements);
                break;
            default:
                var third = elements.Length / 3;
                WriteList(elements[..third]);
                WriteEach(elements[third..(2 * third)]);
                WriteList(elements[(2 * third)..]);
                break;
        }

        output.Flush();
        return stream.ToArray();

        void WriteList(ulong[] numbers)
        {
            using var inner = new MemoryStream();
            using var list = new CodedOutputStream(inner);
            foreach (var bits in numbers) Write(list, bits);
            list.Flush();
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(inner.ToArray()));
        }

        void WriteEach(ulong[] numbers)
        {
            foreach (var bits in numbers)
            {
                output.WriteTag(field, type.BitWidth switch
                {
                    32 => WireFormat.WireType.Fixed32,
                    64 => WireFormat.WireType.Fixed64,
                    _ => WireFormat.WireType.Varint,
                });
                Write(output, bits);
            }
        }

        void Write(CodedOutputStream to, ulong bits)
        {
            switch (type.BitWidth)
            {
                case 32: to.WriteFixed32((uint)bits); break;
                case 64: to.WriteFixed64(bits); break;
                default: to.WriteInt32(type.IsInteger ? (int)type.Decode(bits) : (int)bits); break;
            }
        }
    }
}
