using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OnnxSplitter.Secrets.Envelope.Recipients;

/// <summary>AES key wrap (RFC 3394, section 2.2, the form that indexes).</summary>
/// <remarks>The platform offers only the padded variant (RFC 5649), which CMS does not use for content keys.</remarks>
internal static class KeyWrap
{
    private const int Half = 8;
    private const int Rounds = 6;

    // The initial value of RFC 3394, section 2.2.3.1.
    private static ReadOnlySpan<byte> InitialValue => [0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6];

    /// <summary>Wraps a key.</summary>
    /// <param name="wrappingKey">AES key: 16, 24 or 32 bytes.</param>
    /// <param name="key">A multiple of 8 bytes, at least 16.</param>
    /// <returns>8 bytes more.</returns>
    public static byte[] Wrap(ReadOnlySpan<byte> wrappingKey, ReadOnlySpan<byte> key)
    {
        var wrapped = new byte[key.Length + Half];
        InitialValue.CopyTo(wrapped);
        key.CopyTo(wrapped.AsSpan(Half));
        using var aes = Aes.Create();
        aes.SetKey(wrappingKey);
        var count = key.Length / Half;
        Span<byte> block = stackalloc byte[2 * Half];
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 1; i <= count; i++)
            {
                wrapped.AsSpan(0, Half).CopyTo(block);
                wrapped.AsSpan(i * Half, Half).CopyTo(block[Half..]);
                aes.EncryptEcb(block, block, PaddingMode.None);
                Count(block, round * count + i);
                block[..Half].CopyTo(wrapped);
                block[Half..].CopyTo(wrapped.AsSpan(i * Half));
            }
        }

        CryptographicOperations.ZeroMemory(block);
        return wrapped;
    }

    /// <summary>Unwraps a key.</summary>
    /// <param name="wrappingKey">AES key: 16, 24 or 32 bytes.</param>
    /// <param name="wrapped">A multiple of 8 bytes, at least 24.</param>
    /// <returns>The key, 8 bytes less, which the caller zeroes; null if it was wrapped with another key.</returns>
    public static byte[]? Unwrap(ReadOnlySpan<byte> wrappingKey, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length % Half != 0 || wrapped.Length < 3 * Half) return null;
        var key = wrapped[Half..].ToArray();
        using var aes = Aes.Create();
        aes.SetKey(wrappingKey);
        var count = key.Length / Half;
        Span<byte> block = stackalloc byte[2 * Half];
        Span<byte> check = stackalloc byte[Half];
        wrapped[..Half].CopyTo(check);
        for (var round = Rounds - 1; round >= 0; round--)
        {
            for (var i = count; i >= 1; i--)
            {
                check.CopyTo(block);
                key.AsSpan((i - 1) * Half, Half).CopyTo(block[Half..]);
                Count(block, round * count + i);
                aes.DecryptEcb(block, block, PaddingMode.None);
                block[..Half].CopyTo(check);
                block[Half..].CopyTo(key.AsSpan((i - 1) * Half));
            }
        }

        CryptographicOperations.ZeroMemory(block);
        if (CryptographicOperations.FixedTimeEquals(check, InitialValue)) return key;
        CryptographicOperations.ZeroMemory(key);
        return null;
    }

    private static void Count(Span<byte> block, int step)
    {
        var half = block[..Half];
        BinaryPrimitives.WriteUInt64BigEndian(half, BinaryPrimitives.ReadUInt64BigEndian(half) ^ (uint)step);
    }
}
