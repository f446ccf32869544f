using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OnnxSplitter.Benchmarks.Hosts;

/// <summary>
/// A file that is decrypted into memory whole: AES-256 in counter mode, as <c>openssl enc</c> writes it.
/// </summary>
internal sealed unsafe class CounterFile : IDisposable
{
    private const int PieceLength = 1 << 20;
    private const int BlockLength = 16;

    private byte* _bytes;

    /// <summary>Decrypts.</summary>
    /// <param name="path">Encrypted with a counter from 0.</param>
    /// <param name="key">32 bytes.</param>
    public CounterFile(string path, byte[] key)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        using var input = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        Length = input.Length;
        _bytes = (byte*)NativeMemory.AlignedAlloc((nuint)Length, 64);
        var stream = new byte[PieceLength];
        var counter = 0UL;
        for (long position = 0; position < Length; position += PieceLength)
        {
            var piece = new Span<byte>(_bytes + position, (int)Math.Min(PieceLength, Length - position));
            input.ReadExactly(piece);
            for (var at = 0; at < PieceLength; at += BlockLength)
            {
                stream.AsSpan(at, sizeof(ulong)).Clear();
                BinaryPrimitives.WriteUInt64BigEndian(stream.AsSpan(at + sizeof(ulong)), counter++);
            }

            aes.EncryptEcb(stream, stream, PaddingMode.None);
            TensorPrimitives.Xor(piece, stream.AsSpan(0, piece.Length), piece);
        }
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Where they lie.</summary>
    public nint Address => (nint)_bytes;

    public void Dispose()
    {
        NativeMemory.AlignedFree(_bytes);
        _bytes = null;
    }
}
