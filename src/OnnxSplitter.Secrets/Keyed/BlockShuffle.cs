using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Secrets.Keyed;

/// <summary>Shuffles weights side by side, block by block.</summary>
/// <param name="type">Their type.</param>
/// <param name="magnitude">Bits of a weight that its magnitude lies in.</param>
/// <param name="floor">Least magnitude that moves, as bits; 0 for all weights.</param>
internal sealed class BlockShuffle(ElementType type, ulong magnitude, ulong floor)
{
    private const int BitsOfNibble = 4;
    private const int LowNibble = 0xF;

    /// <summary>Shuffles whole blocks, of which the tensor's last may be shorter.</summary>
    /// <param name="permutation">Says how.</param>
    /// <param name="weights">Side by side.</param>
    /// <param name="count">How many.</param>
    /// <param name="block">Number of the first block.</param>
    /// <param name="back">Whether they go back to where they were.</param>
    public void Apply(Permutation permutation, Span<byte> weights, long count, long block, bool back)
    {
        for (; count > 0; count -= Permutation.BlockSize, block++)
        {
            var own = (int)Math.Min(count, Permutation.BlockSize);
            var length = (int)type.PackedLength(own);
            var bytes = weights[..length];
            weights = weights[length..];
            switch (type.BitWidth)
            {
                case 4:
                    Nibbles(permutation, bytes, own, block, back);
                    break;
                case 8:
                    Run(permutation, bytes, block, back);
                    break;
                case 16:
                    Chosen<ushort>(permutation, bytes, block, back);
                    break;
                case 32:
                    Chosen<uint>(permutation, bytes, block, back);
                    break;
                default:
                    Chosen<ulong>(permutation, bytes, block, back);
                    break;
            }
        }
    }

    private static void Run<T>(Permutation permutation, Span<T> weights, long block, bool back)
    {
        if (back) permutation.Restore(block, weights);
        else permutation.Shuffle(block, weights);
    }

    private void Chosen<T>(Permutation permutation, Span<byte> bytes, long block, bool back)
        where T : unmanaged, IBinaryInteger<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        if (floor == 0)
        {
            Run(permutation, values, block, back);
            return;
        }

        // Weights below the floor stay, and whatever moves is above it before and after.
        Span<T> moving = stackalloc T[values.Length];
        Span<ushort> places = stackalloc ushort[values.Length];
        var (mask, least) = (T.CreateTruncating(magnitude), T.CreateTruncating(floor));
        var count = 0;
        for (var i = 0; i < values.Length; i++)
            if ((values[i] & mask) >= least) (moving[count], places[count++]) = (values[i], (ushort)i);
        Run(permutation, moving[..count], block, back);
        for (var i = 0; i < count; i++) values[places[i]] = moving[i];
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(moving));
    }

    private static void Nibbles(Permutation permutation, Span<byte> bytes, int count, long block, bool back)
    {
        Span<byte> nibbles = stackalloc byte[Permutation.BlockSize];
        for (var i = 0; i < count; i++) nibbles[i] = (byte)(bytes[i / 2] >> i % 2 * BitsOfNibble & LowNibble);
        Run(permutation, nibbles[..count], block, back);
        for (var i = 0; i + 1 < count; i += 2)
            bytes[i / 2] = (byte)(nibbles[i] | nibbles[i + 1] << BitsOfNibble);

        // The other half of the last byte is nobody's, and stays.
        if (count % 2 != 0) bytes[^1] = (byte)(bytes[^1] & ~LowNibble | nibbles[count - 1]);
        CryptographicOperations.ZeroMemory(nibbles);
    }
}
