using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace OnnxSplitter.Vectors.Samples;

/// <summary>
/// ONNX messages in the form that exporters and secrets have them. ONNX's own schema is proto2, where lists of numbers
/// are not packed unless it says so; the classes here are of its proto3 twin, which packs them all.
/// </summary>
internal static class UnpackedForm
{
    /// <summary>
    /// A message's bytes, every number of <c>dims</c>, <c>ints</c> and <c>floats</c> a field of its own.
    /// </summary>
    public static byte[] Of(IMessage message) => Rewrite(message.ToByteString(), message.Descriptor);

    private static byte[] Rewrite(ByteString message, MessageDescriptor kind)
    {
        using var input = message.CreateCodedInput();
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            var field = kind.FindFieldByNumber(WireFormat.GetTagFieldNumber(tag));
            var type = WireFormat.GetTagWireType(tag);
            if (type != WireFormat.WireType.LengthDelimited)
            {
                output.WriteTag(tag);
                WriteNumber(output, input, type);
            }
            else if (field is { IsRepeated: true, Name: "dims" or "ints" or "floats" })
            {
                using var numbers = input.ReadBytes().CreateCodedInput();
                var each = field.FieldType == FieldType.Float
                    ? WireFormat.WireType.Fixed32
                    : WireFormat.WireType.Varint;
                while (!numbers.IsAtEnd)
                {
                    output.WriteTag(field.FieldNumber, each);
                    WriteNumber(output, numbers, each);
                }
            }
            else
            {
                var content = input.ReadBytes();
                output.WriteTag(tag);
                output.WriteBytes(field?.FieldType == FieldType.Message
                    ? UnsafeByteOperations.UnsafeWrap(Rewrite(content, field.MessageType))
                    : content);
            }
        }

        output.Flush();
        return stream.ToArray();
    }

    private static void WriteNumber(CodedOutputStream output, CodedInputStream input, WireFormat.WireType type)
    {
        if (type == WireFormat.WireType.Varint) output.WriteUInt64(input.ReadUInt64());
        else if (type == WireFormat.WireType.Fixed32) output.WriteFixed32(input.ReadFixed32());
        else output.WriteFixed64(input.ReadFixed64());
    }
}
