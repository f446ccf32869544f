using System.Security.Cryptography;
using Google.Protobuf;

namespace OnnxSplitter.Secrets.Payload;

/// <summary>A protobuf message to be written: its fields, in the order in which they were added.</summary>
/// <remarks>
/// Payloads are compared byte by byte, so their form must not hang on what some version of a serializer does (it may
/// pack repeated numbers, or order fields otherwise). Wire format: protobuf.dev/programming-guides/encoding.
/// </remarks>
internal sealed class WireMessage
{
    private readonly List<Action<CodedOutputStream>> _fields = [];
    private readonly List<byte[]> _secrets = [];
    private readonly List<WireMessage> _inner = [];
    private int _length;

    /// <summary>Adds a number, also a zero.</summary>
    public WireMessage Number(int field, long value) => Add(
        field, WireFormat.WireType.Varint, CodedOutputStream.ComputeInt64Size(value), to => to.WriteInt64(value));

    /// <summary>Adds one field for each number: not packed.</summary>
    public WireMessage Numbers(int field, IEnumerable<long> values)
    {
        foreach (var value in values) Number(field, value);
        return this;
    }

    /// <summary>Adds a text in UTF-8, also an empty one.</summary>
    public WireMessage Text(int field, string value) => Add(
        field, WireFormat.WireType.LengthDelimited, CodedOutputStream.ComputeStringSize(value),
        to => to.WriteString(value));

    /// <summary>Adds bytes.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">Not copied: owned from here on, and zeroed by <see cref="Wipe"/>.</param>
    public WireMessage Secret(int field, byte[] value)
    {
        _secrets.Add(value);
        var bytes = UnsafeByteOperations.UnsafeWrap(value);
        return Add(
            field, WireFormat.WireType.LengthDelimited, CodedOutputStream.ComputeBytesSize(bytes),
            to => to.WriteBytes(bytes));
    }

    /// <summary>Adds a message that is complete: its length is taken now.</summary>
    public WireMessage Message(int field, WireMessage value)
    {
        _inner.Add(value);
        var length = value._length;
        return Add(
            field, WireFormat.WireType.LengthDelimited, checked(CodedOutputStream.ComputeLengthSize(length) + length),
            to =>
            {
                to.WriteLength(length);
                value.Write(to);
            });
    }

    /// <summary>The message's bytes.</summary>
    public byte[] ToArray()
    {
        // Written in place, so that no copy of it stays behind in a buffer.
        var bytes = new byte[_length];
        using var output = new CodedOutputStream(bytes);
        Write(output);
        output.CheckNoSpaceLeft();
        return bytes;
    }

    /// <summary>Zeroes all bytes that this message and those within it own.</summary>
    public void Wipe()
    {
        foreach (var secret in _secrets) CryptographicOperations.ZeroMemory(secret);
        foreach (var message in _inner) message.Wipe();
    }

    private WireMessage Add(int field, WireFormat.WireType type, int length, Action<CodedOutputStream> write)
    {
        _length = checked(_length + CodedOutputStream.ComputeTagSize(field) + length);
        _fields.Add(to =>
        {
            to.WriteTag(field, type);
            write(to);
        });
        return this;
    }

    private void Write(CodedOutputStream output)
    {
        foreach (var field in _fields) field(output);
    }
}
