using System.Buffers.Binary;

namespace OnnxSplitter.Fuzz;

/// <summary>
/// Makes inputs out of good ones: flips, cuts, splices and the like, the same ones for the same seed.
/// </summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> corpus)
{
    private const int MostSteps = 4;

    private static readonly ulong[] Edges =
        [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, long.MaxValue, ulong.MaxValue];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var bytes = Pick().ToArray();
        for (var steps = 1 + _random.Next(MostSteps); steps > 0; steps--) bytes = Step(bytes);
        return bytes;
    }

    private byte[] Step(byte[] bytes)
    {
        if (bytes.Length == 0) return Pick().ToArray();
        var at = _random.Next(bytes.Length);
        var count = Math.Min(_random.Next(1, 1 + (1 << _random.Next(8))), bytes.Length - at);
        switch (_random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)_random.Next(256);
                return bytes;
            case 2:
                WriteEdge(bytes.AsSpan(at));
                return bytes;
            case 3:
                return bytes[..at];
            case 4:
                return [.. bytes[..at], .. bytes[(at + count)..]];
            case 5:
                return [.. bytes[..(at + count)], .. bytes[at..]];
            case 6:
                var inserted = new byte[count];
                _random.NextBytes(inserted);
                return [.. bytes[..at], .. inserted, .. bytes[at..]];
            default:
                var other = Pick();
                return [.. bytes[..at], .. other[_random.Next(other.Length)..]];
        }
    }

    // A number at the edge of its type, of 1, 2, 4 or 8 bytes, in either byte order.
    private void WriteEdge(Span<byte> bytes)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        var size = 1 << _random.Next(4);
        BinaryPrimitives.WriteUInt64LittleEndian(number, Edges[_random.Next(Edges.Length)]);
        number = number[..Math.Min(size, bytes.Length)];
        if (_random.Next(2) == 0) number.Reverse();
        number.CopyTo(bytes);
    }

    private byte[] Pick() => corpus[_random.Next(corpus.Count)];
}
