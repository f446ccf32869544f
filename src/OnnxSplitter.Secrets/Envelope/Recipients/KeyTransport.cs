using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Cms;
using OnnxSplitter.Secrets.Keys;
using static OnnxSplitter.Secrets.Cms.DerReading;

namespace OnnxSplitter.Secrets.Envelope.Recipients;

/// <summary>A content key encrypted by RSA-OAEP-SHA256: KeyTransRecipientInfo (RFC 5652, section 6.2.1).</summary>
/// <param name="Address">Whose key opens it.</param>
/// <param name="EncryptedKey">What RSA encryption gave, as long as the modulus.</param>
/// <param name="Encoded">Its DER.</param>
internal sealed record KeyTransport(
    RecipientAddress Address, ReadOnlyMemory<byte> EncryptedKey, ReadOnlyMemory<byte> Encoded)
    : SealedKey(Address, Encoded)
{
    /// <inheritdoc/>
    public override int Version => Address.KeyIdentifier is null ? 0 : 2;

    /// <inheritdoc/>
    public override string Kind => $"RSA {EncryptedKey.Length * 8}";

    /// <summary>Seals a content key.</summary>
    public static new KeyTransport Seal(X509Certificate2 recipient, ReadOnlySpan<byte> contentKey)
    {
        using var key = recipient.GetRSAPublicKey()!;
        var address = RecipientAddress.Of(recipient);
        var encrypted = key.Encrypt(contentKey, RSAEncryptionPadding.OaepSHA256);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(address.KeyIdentifier is null ? 0 : 2);
            if (address.Name is { } name) name.Write(writer);
            else writer.WriteOctetString(address.KeyIdentifierBytes, Context(0));
            WriteOaepSha256(writer);
            writer.WriteOctetString(encrypted);
        }

        return new KeyTransport(address, encrypted, writer.Encode());
    }

    /// <summary>Reads the form that sealing gives.</summary>
    /// <exception cref="AsnContentException">It is another form.</exception>
    public static KeyTransport Read(ReadOnlyMemory<byte> encoded)
    {
        var info = Whole(encoded).ReadSequence();
        Expect(info.TryReadInt32(out var version) && version is 0 or 2);
        var address = version == 0
            ? new RecipientAddress(KeyIdentifier: null, IssuerAndSerial.Read(info))
            : new RecipientAddress(Convert.ToHexString(info.ReadOctets(Context(0)).Span), Name: null);
        ExpectOaepSha256(info.ReadSequence());
        var encrypted = info.ReadOctets();
        info.ThrowIfNotEmpty();
        return new KeyTransport(address, encrypted, encoded);
    }

    /// <inheritdoc/>
    public override byte[]? Open(Identity identity)
    {
        if (identity.Rsa is not { } key) return null;
        var contentKey = key.Decrypt(EncryptedKey.ToArray(), RSAEncryptionPadding.OaepSHA256);
        if (contentKey.Length == ContentKeyBytes) return contentKey;
        CryptographicOperations.ZeroMemory(contentKey);
        return null;
    }

    // RSAES-OAEP-params (RFC 8017, A.2.1): hash, mask generation; no label.
    private static void WriteOaepSha256(AsnWriter writer)
    {
        using var algorithm = writer.PushSequence();
        writer.WriteObjectIdentifier(CmsNames.RsaOaep);
        using var parameters = writer.PushSequence();
        using (writer.PushSequence(Context(0))) writer.WriteAlgorithm(CmsNames.Sha256);
        using (writer.PushSequence(Context(1)))
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CmsNames.Mgf1);
            writer.WriteAlgorithm(CmsNames.Sha256);
        }
    }

    private static void ExpectOaepSha256(AsnReader algorithm)
    {
        Expect(algorithm.ReadObjectIdentifier() == CmsNames.RsaOaep);
        var parameters = algorithm.ReadSequence();
        algorithm.ThrowIfNotEmpty();
        var hash = parameters.ReadSequence(Context(0));
        Expect(hash.ReadAlgorithm() == CmsNames.Sha256);
        hash.ThrowIfNotEmpty();
        var mask = parameters.ReadExplicitSequence(1);
        Expect(mask.ReadObjectIdentifier() == CmsNames.Mgf1 && mask.ReadAlgorithm() == CmsNames.Sha256);
        mask.ThrowIfNotEmpty();
        parameters.ThrowIfNotEmpty();
    }
}
