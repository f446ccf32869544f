using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OnnxSplitter.Benchmarks.Hosts;

/// <summary>The usual practice: a file that is decrypted into memory whole.</summary>
internal sealed unsafe class EncryptedFile : IDisposable
{
    public const int PieceLength = 1 << 24;
    public const int NonceLength = 12;
    public const int TagLength = 16;

    private byte* _bytes;

    /// <summary>Decrypts.</summary>
    /// <param name="path">As <see cref="ProtectedFolder.Encrypt"/> wrote it.</param>
    /// <param name="key">32 bytes.</param>
    public EncryptedFile(string path, byte[] key)
    {
        using var aes = new AesGcm(key, TagLength);
        using var input = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        const int sealedLength = NonceLength + TagLength + PieceLength;
        Length = input.Length - (input.Length + sealedLength - 1) / sealedLength * (NonceLength + TagLength);
        _bytes = (byte*)NativeMemory.AlignedAlloc((nuint)Length, 64);
        var piece = new byte[sealedLength];
        for (long position = 0; position < Length;)
        {
            var count = input.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false) - NonceLength - TagLength;
            aes.Decrypt(piece.AsSpan(0, NonceLength), piece.AsSpan(NonceLength + TagLength, count),
                piece.AsSpan(NonceLength, TagLength), new Span<byte>(_bytes + position, count));
            position += count;
        }
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Where they lie.</summary>
    public nint Address => (nint)_bytes;

    /// <summary>A copy, for what takes arrays.</summary>
    public byte[] ToArray() => new ReadOnlySpan<byte>(_bytes, checked((int)Length)).ToArray();

    public void Dispose()
    {
        NativeMemory.AlignedFree(_bytes);
        _bytes = null;
    }
}
