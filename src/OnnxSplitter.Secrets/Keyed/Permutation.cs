using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace OnnxSplitter.Secrets.Keyed;

/// <summary>
/// The keyed permutations of a tensor's blocks: Fisher and Yates's, with draws that favour no place (Lemire 2019, ACM
/// TOMACS 29(1): multiply, and draw again where the low half falls short).
/// </summary>
/// <param name="stream">What places are drawn from.</param>
internal sealed class Permutation(Keystream stream) : IDisposable
{
    /// <summary>Most weights of a block: few enough that a processor's nearest cache holds them.</summary>
    public const int BlockSize = 4096;

    // A block's draws begin here, and hardly ever take more than half of it.
    private const int BytesPerBlock = 1 << 15;
    private const int Range = 1 << 16;

    // What a whole block's draws hardly ever go beyond: the cipher is asked once.
    private const int PieceLength = 8704;

    // Pinned, so that no copy stays behind, and used again: thousands of them would fill a heap that is seldom emptied.
    private static readonly ConcurrentBag<Room> Rooms = [];

    private readonly Room _room = Rooms.TryTake(out var room) ? room : new Room();
    private long _next;
    private int _used;

    /// <summary>Puts a block's weights in other places.</summary>
    /// <param name="block">Its number in the tensor.</param>
    /// <param name="weights">Those of the block that move.</param>
    public void Shuffle<T>(long block, Span<T> weights)
    {
        Draw(block, weights.Length);
        for (var i = weights.Length - 1; i > 0; i--)
            (weights[i], weights[_room.Places[i]]) = (weights[_room.Places[i]], weights[i]);
    }

    /// <summary>Puts them back.</summary>
    /// <param name="block">As above.</param>
    /// <param name="weights">As above.</param>
    public void Restore<T>(long block, Span<T> weights)
    {
        Draw(block, weights.Length);
        for (var i = 1; i < weights.Length; i++)
            (weights[i], weights[_room.Places[i]]) = (weights[_room.Places[i]], weights[i]);
    }

    /// <summary>Zeroes what was drawn; the stream is the caller's.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_room.Words);
        _room.Places.AsSpan().Clear();
        Rooms.Add(_room);
    }

    // Runs over gigabytes from the first call on, which can't wait for the compiler's second look.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Draw(long block, int count)
    {
        (_next, _used) = (block * BytesPerBlock, PieceLength);
        for (var i = count - 1; i > 0; i--) _room.Places[i] = Below((uint)i + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ushort Below(uint bound)
    {
        // How many of the 65 536 words would make some places likelier than others.
        var product = Word() * bound;
        if ((ushort)product < bound)
            for (var least = Range % bound; (ushort)product < least;) product = Word() * bound;
        return (ushort)(product >> 16);
    }

    private uint Word()
    {
        if (_used == PieceLength)
        {
            stream.Fill(_next, _room.Words);
            (_next, _used) = (_next + PieceLength, 0);
        }

        var word = BinaryPrimitives.ReadUInt16LittleEndian(_room.Words.AsSpan(_used));
        _used += sizeof(ushort);
        return word;
    }

    private sealed class Room
    {
        public byte[] Words { get; } = GC.AllocateUninitializedArray<byte>(PieceLength, pinned: true);

        public ushort[] Places { get; } = GC.AllocateUninitializedArray<ushort>(BlockSize, pinned: true);
    }
}
