using Google.Protobuf;

namespace OnnxSplitter.Vectors.Models;

/// <summary>Protobuf's wire format by hand, for messages that no serialiser writes.</summary>
internal static class WireField
{
    /// <summary>A field of bytes: tag, length, content.</summary>
    public static byte[] Of(int number, byte[] content)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
        output.Flush();
        return stream.ToArray();
    }
}
