namespace OnnxSplitter.Secrets.Payload;

/// <summary>Non-negative numbers in base 128, low digits first (Protocol Buffers' encoding of varints).</summary>
internal static class Varint
{
    /// <summary>Most bytes of a number.</summary>
    public const int MaxLength = 9;

    private const int DigitBits = 7;
    private const byte More = 0x80;

    public static void Write(Stream stream, long value)
    {
        for (; value >= More; value >>= DigitBits) stream.WriteByte((byte)((byte)value | More));
        stream.WriteByte((byte)value);
    }

    /// <summary>How many numbers end in these bytes.</summary>
    public static int Count(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        foreach (var digit in bytes)
            if (digit < More) count++;
        return count;
    }

    /// <summary>Reads a number and moves on. Longer encodings of it are left to the check of the whole form.</summary>
    /// <exception cref="FormatException">The bytes end, or the number has more than 63 bits.</exception>
    public static long Read(ref ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        for (var shift = 0; shift < MaxLength * DigitBits; shift += DigitBits)
        {
            if (bytes.IsEmpty) throw new FormatException("A number is cut.");
            var digit = bytes[0];
            bytes = bytes[1..];
            value |= (long)(digit & ~More) << shift;
            if (digit < More) return value;
        }

        throw new FormatException("A number is too long.");
    }
}
