using System.Buffers;
using Google.Protobuf;

namespace OnnxSplitter.Onnx.Wire;

/// <summary>
/// Reads protobuf's wire format (protobuf.dev/programming-guides/encoding) from a stream, by position, without
/// holding the stream's content. Every length is checked against the enclosing message before use.
/// </summary>
internal sealed class WireReader(Stream stream)
{
    /// <summary>Bytes read so far: the file position of what comes next.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes of the tag that was read last.</summary>
    public int TagLength { get; private set; }

    /// <summary>Reads a field's tag.</summary>
    public (int Field, WireFormat.WireType Type) ReadTag(long end)
    {
        var start = Position;
        var tag = ReadVarint(end);
        TagLength = (int)(Position - start);
        if (tag > uint.MaxValue || tag >> 3 == 0) throw Malformed("a field number is out of range");
        return ((int)(tag >> 3), (WireFormat.WireType)(tag & 7));
    }

    /// <summary>Reads a varint of at most ten bytes.</summary>
    public ulong ReadVarint(long end)
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (Position >= end) break;
            var next = stream.ReadByte();
            if (next < 0) break;
            Position++;
            if (shift == 63 && next > 1) break;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        throw Malformed("a number is cut off or too long");
    }

    /// <summary>Reads a length prefix and checks that as many bytes follow within the enclosing message.</summary>
    /// <returns>The position after the length-delimited content.</returns>
    public long ReadEnd(long end)
    {
        var length = ReadVarint(end);
        if (length > (ulong)(end - Position)) throw Malformed("a field is longer than what holds it");
        return Position + (long)length;
    }

    /// <summary>Copies bytes up to <paramref name="end"/>.</summary>
    public void Copy(long end, IBufferWriter<byte> to)
    {
        while (Position < end)
        {
            var span = to.GetSpan(512);
            span = span[..(int)Math.Min(span.Length, end - Position)];
            var read = stream.Read(span);
            if (read == 0) throw Malformed("the file ends too early");
            to.Advance(read);
            Position += read;
        }
    }

    /// <summary>Reads the varints up to <paramref name="end"/>.</summary>
    /// <param name="end">Position after the last.</param>
    /// <param name="seen">Hears of each, and of how many bytes it has.</param>
    /// <returns>How many there are.</returns>
    public long ReadVarints(long end, Action<ulong, int> seen)
    {
        var buffer = new byte[(int)Math.Min(1 << 16, end - Position)];
        var (count, length, number) = (0L, 0, 0UL);
        while (Position < end)
        {
            var read = stream.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - Position)));
            if (read == 0) throw Malformed("the file ends too early");
            Position += read;
            foreach (var next in buffer.AsSpan(0, read))
            {
                // Of the tenth byte one bit is left; see ReadVarint.
                if (length == Varints.MaxLength - 1 && next > 1) throw Malformed("a number is cut off or too long");
                number |= (ulong)(next & 0x7F) << 7 * length++;
                if (next >= 0x80) continue;
                seen(number, length);
                (count, length, number) = (count + 1, 0, 0);
            }
        }

        if (length > 0) throw Malformed("a number is cut off or too long");
        return count;
    }

    /// <summary>Passes over the value of a field, whose tag has been read.</summary>
    public void Skip(WireFormat.WireType type, long end)
    {
        switch (type)
        {
            case WireFormat.WireType.Varint:
                ReadVarint(end);
                break;
            case WireFormat.WireType.LengthDelimited:
                Seek(ReadEnd(end));
                break;
            case WireFormat.WireType.Fixed32 when end - Position >= 4:
                Seek(Position + 4);
                break;
            case WireFormat.WireType.Fixed64 when end - Position >= 8:
                Seek(Position + 8);
                break;
            default:
                throw Malformed("a field has an unknown encoding or is cut off");
        }
    }

    /// <summary>Moves to a position without reading.</summary>
    public void Seek(long position)
    {
        stream.Seek(position - Position, SeekOrigin.Current);
        Position = position;
    }

    public static ModelFormatException Malformed(string what, Exception? inner = null) => new(
        $"The file is not an ONNX model: {what}.",
        "Check that it was copied whole, and that it is the .onnx file itself.",
        inner)
    {
        Defect = what,
    };
}
