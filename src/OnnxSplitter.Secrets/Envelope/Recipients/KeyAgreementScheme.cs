using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using OnnxSplitter.Secrets.Cms;
using static OnnxSplitter.Secrets.Cms.DerReading;

namespace OnnxSplitter.Secrets.Envelope.Recipients;

/// <summary>Ephemeral-static ECDH with a key derivation, for AES-256 key wrap (RFC 5753, section 3.1).</summary>
/// <param name="Oid">dhSinglePass-stdDH-sha256kdf-scheme or its sibling with SHA-384 (section 7.1.4).</param>
/// <param name="Digest">What the key derivation hashes with.</param>
internal sealed record KeyAgreementScheme(string Oid, HashAlgorithmName Digest)
{
    private const int WrappingKeyBytes = 32;

    public static KeyAgreementScheme Sha256 { get; } = new(CmsNames.EcdhSha256, HashAlgorithmName.SHA256);

    public static KeyAgreementScheme Sha384 { get; } = new(CmsNames.EcdhSha384, HashAlgorithmName.SHA384);

    /// <summary>The scheme with this object identifier, or null.</summary>
    public static KeyAgreementScheme? Named(string oid) =>
        oid == Sha256.Oid ? Sha256 : oid == Sha384.Oid ? Sha384 : null;

    /// <summary>Derives the wrapping key that both sides have.</summary>
    /// <param name="own">One side's private key.</param>
    /// <param name="other">The other side's public key, on the same curve.</param>
    /// <param name="material">User keying material (ukm) of the RecipientInfo, if there is any.</param>
    /// <returns>32 bytes, which the caller zeroes.</returns>
    /// <exception cref="CryptographicException">The keys do not fit.</exception>
    /// <remarks>
    /// X9.63 key derivation (SEC 1, section 3.6.1), of which one block suffices: hash(Z, counter 1, SharedInfo).
    /// The platform hashes, so that Z itself never gets here.
    /// </remarks>
    public byte[] Derive(ECDiffieHellman own, ECDiffieHellmanPublicKey other, ReadOnlyMemory<byte>? material)
    {
        var shared = SharedInfo(material);
        var suffix = new byte[sizeof(uint) + shared.Length];
        BinaryPrimitives.WriteUInt32BigEndian(suffix, 1);
        shared.CopyTo(suffix, sizeof(uint));
        var block = own.DeriveKeyFromHash(other, Digest, secretPrepend: null, secretAppend: suffix);
        var key = block[..WrappingKeyBytes];
        CryptographicOperations.ZeroMemory(block);
        return key;
    }

    // ECC-CMS-SharedInfo (RFC 5753, section 7.2).
    private static byte[] SharedInfo(ReadOnlyMemory<byte>? material)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence()) writer.WriteObjectIdentifier(CmsNames.Aes256Wrap);
            if (material is { } bytes)
            {
                using (writer.PushSequence(Context(0))) writer.WriteOctetString(bytes.Span);
            }

            Span<byte> bits = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(bits, WrappingKeyBytes * 8);
            using (writer.PushSequence(Context(2))) writer.WriteOctetString(bits);
        }

        return writer.Encode();
    }
}
