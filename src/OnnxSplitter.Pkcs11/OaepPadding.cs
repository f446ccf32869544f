using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace OnnxSplitter.Pkcs11;

/// <summary>
/// RSAES-OAEP decryption with SHA-256 and no label (RFC 8017, section 7.1.2) over a bare RSA operation.
/// </summary>
/// <remarks>
/// Whoever could tell why a padding is refused, by message or by time, could decrypt at will (Manger, CRYPTO 2001). So
/// all of the padding is always looked at, without a branch or an index that depends on it, and there is one answer at
/// the end.
/// </remarks>
internal static class OaepPadding
{
    private const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>Decrypts.</summary>
    /// <param name="data">What OAEP encryption gave.</param>
    /// <param name="modulus">Of the key, without leading zeros.</param>
    /// <param name="bare">
    /// RSADP (section 5.1.2): gives a number below the modulus, perhaps without leading zeros.
    /// </param>
    /// <returns>The message, which the caller zeroes; null if it does not decrypt.</returns>
    public static byte[]? Decrypt(byte[] data, byte[] modulus, Func<byte[], byte[]> bare)
    {
        // Neither is secret: both are the sender's.
        if (data.Length != modulus.Length || data.AsSpan().SequenceCompareTo(modulus) >= 0) return null;
        var number = bare(data);
        var encoded = new byte[modulus.Length];
        try
        {
            if (number.Length > encoded.Length) return null;
            number.CopyTo(encoded, encoded.Length - number.Length);
            return Decode(encoded);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(number);
            CryptographicOperations.ZeroMemory(encoded);
        }
    }

    /// <summary>EME-OAEP decoding, in place.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static byte[]? Decode(Span<byte> encoded)
    {
        if (encoded.Length < 2 * HashBytes + 2) return null;
        var seed = encoded.Slice(1, HashBytes);
        var block = encoded[(1 + HashBytes)..];
        Mask(seed, block);
        Mask(block, seed);

        // Each is zero while all is well.
        int wrong = encoded[0];
        Span<byte> label = stackalloc byte[HashBytes];
        SHA256.HashData([], label);
        for (var i = 0; i < HashBytes; i++) wrong |= block[i] ^ label[i];

        // The first byte of one ends the padding; before it, all are zero.
        var start = 0;
        var found = 0; // all ones once it was seen
        for (var i = HashBytes; i < block.Length; i++)
        {
            var isOne = MaskOfZero(block[i] ^ 1);
            var isZero = MaskOfZero(block[i]);
            start |= (i + 1) & isOne & ~found;
            wrong |= ~found & ~isOne & ~isZero;
            found |= isOne;
        }

        wrong |= ~found;
        return wrong == 0 ? block[start..].ToArray() : null;
    }

    // All ones for zero, else zero; for 0 to 255.
    private static int MaskOfZero(int value) => (value - 1) >> 31;

    // XORs MGF1 (RFC 8017, appendix B.2.1) of a seed onto a block.
    private static void Mask(Span<byte> block, ReadOnlySpan<byte> seed)
    {
        var input = new byte[seed.Length + sizeof(uint)];
        seed.CopyTo(input);
        Span<byte> hash = stackalloc byte[HashBytes];
        for (var (offset, counter) = (0, 0u); offset < block.Length; offset += HashBytes, counter++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(input.AsSpan(seed.Length), counter);
            SHA256.HashData(input, hash);
            for (var i = 0; i < Math.Min(HashBytes, block.Length - offset); i++) block[offset + i] ^= hash[i];
        }

        CryptographicOperations.ZeroMemory(input);
        CryptographicOperations.ZeroMemory(hash);
    }
}
