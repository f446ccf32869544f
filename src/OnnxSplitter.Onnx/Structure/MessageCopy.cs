using System.Buffers;
using Google.Protobuf;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Structure;

/// <summary>Copies messages field by field, all but what is large.</summary>
/// <param name="reader">Where they come from.</param>
internal sealed class MessageCopy(WireReader reader)
{
    // Several times the structure of the largest language models, call stacks in their metadata included.
    private const int MaxStructure = 128 << 20;

    private readonly ArrayBufferWriter<byte> _discarded = new();
    private long _kept;

    /// <summary>Handles a field that holds tensors: reads it up to its end and writes what stays.</summary>
    /// <returns>Whether it did; if not, the field is copied.</returns>
    public delegate bool Descend(int field, long end, ArrayBufferWriter<byte> sub);

    /// <summary>Hears of a number that was read from <paramref name="start"/> on.</summary>
    public delegate void Number(int field, WireFormat.WireType type, long start);

    /// <summary>
    /// Copies one message; <paramref name="descend"/> handles the fields that hold tensors, <paramref name="number"/>
    /// hears of the numbers among its fields.
    /// </summary>
    public void Run(long end, ArrayBufferWriter<byte> output, Descend descend, Number? number = null)
    {
        while (reader.Position < end)
        {
            var start = reader.Position;
            var (field, type) = reader.ReadTag(end);
            if (type != WireFormat.WireType.LengthDelimited)
            {
                Scalar(field, type, end, output);
                number?.Invoke(field, type, start);
                continue;
            }

            var inner = reader.ReadEnd(end);
            var sub = new ArrayBufferWriter<byte>();
            if (!descend(field, inner, sub))
            {
                Field(field, inner, output);
                continue;
            }

            WriteHeader(field, sub.WrittenCount, output);
            output.Write(sub.WrittenSpan);
        }
    }

    /// <summary>Copies the content of a field, whose header has been read.</summary>
    public void Field(int field, long inner, ArrayBufferWriter<byte> output)
    {
        Count(inner - reader.Position);
        WriteHeader(field, inner - reader.Position, output);
        reader.Copy(inner, output);
    }

    /// <summary>Copies a number, whose tag has been read; if there is no output, reads it.</summary>
    /// <returns>The number, of a varint; 0 of others.</returns>
    public ulong Scalar(int field, WireFormat.WireType type, long end, ArrayBufferWriter<byte>? output)
    {
        const int mostBytes = 2 * Varints.MaxLength;
        if (output is null)
        {
            output = _discarded;
            output.ResetWrittenCount();
        }
        else
        {
            Count(mostBytes);
        }

        Varints.Write(WireFormat.MakeTag(field, type), output);
        switch (type)
        {
            case WireFormat.WireType.Varint:
                var number = reader.ReadVarint(end);
                Varints.Write(number, output);
                return number;
            case WireFormat.WireType.Fixed32 when end - reader.Position >= 4:
                reader.Copy(reader.Position + 4, output);
                return 0;
            case WireFormat.WireType.Fixed64 when end - reader.Position >= 8:
                reader.Copy(reader.Position + 8, output);
                return 0;
            default:
                throw WireReader.Malformed("a field has an unknown encoding or is cut off");
        }
    }

    private void Count(long bytes)
    {
        if ((_kept += bytes) > MaxStructure)
            throw WireReader.Malformed($"what it holds beside weights is larger than {MaxStructure >> 20} MB");
    }

    private static void WriteHeader(int field, long length, ArrayBufferWriter<byte> output)
    {
        Varints.Write(WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited), output);
        Varints.Write((ulong)length, output);
    }
}
