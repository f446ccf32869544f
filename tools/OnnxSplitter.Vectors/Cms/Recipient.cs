using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Vectors.Cms;

/// <summary>A KeyTransRecipientInfo (RFC 5652, section 6.2.1), each part of which can be made wrong.</summary>
internal sealed record Recipient(X509Certificate2 Certificate)
{
    /// <summary>Whether it is named by issuer and serial number.</summary>
    public bool ByIssuer { get; init; }

    public int? Version { get; init; }

    public RSAEncryptionPadding Padding { get; init; } = RSAEncryptionPadding.OaepSHA256;

    /// <summary>The AlgorithmIdentifier; null for that of the padding.</summary>
    public byte[]? Algorithm { get; init; }

    /// <summary>What becomes of the wrapped key.</summary>
    public Func<byte[], byte[]> WrappedKey { get; init; } = key => key;

    /// <summary>The key identifier that it is addressed to; null for the certificate's.</summary>
    public byte[]? KeyIdentifier { get; init; }

    public byte[] Encode(byte[] key)
    {
        using var rsa = Certificate.GetRSAPublicKey()!;
        var wrapped = WrappedKey(rsa.Encrypt(key, Padding));
        return Der.Of(writer =>
        {
            using var info = writer.PushSequence();
            writer.WriteInteger(Version ?? (ByIssuer ? 0 : 2));
            if (ByIssuer)
            {
                using var name = writer.PushSequence();
                writer.WriteEncodedValue(Certificate.IssuerName.RawData);
                writer.WriteInteger(Certificate.SerialNumberBytes.Span);
            }
            else
            {
                writer.WriteOctetString(KeyIdentifier ?? IdentifierOf(Certificate), Der.Context(0, constructed: false));
            }

            writer.WriteEncodedValue(Algorithm ?? AlgorithmOf(Padding));
            writer.WriteOctetString(wrapped);
        });
    }

    /// <summary>RSAES-OAEP with parameters (RFC 8017, A.2.1).</summary>
    public static byte[] Oaep(string hash, string mask, bool withNull = false, byte[]? label = null) => Der.Of(writer =>
    {
        using var algorithm = writer.PushSequence();
        writer.WriteObjectIdentifier(Names.RsaOaep);
        using var parameters = writer.PushSequence();
        using (writer.PushSequence(Der.Context(0)))
            writer.WriteEncodedValue(Der.Algorithm(hash, withNull));
        using (writer.PushSequence(Der.Context(1)))
        {
            using var function = writer.PushSequence();
            writer.WriteObjectIdentifier(Names.Mgf1);
            writer.WriteEncodedValue(Der.Algorithm(mask, withNull));
        }

        if (label is null) return;
        using var source = writer.PushSequence(Der.Context(2));
        using var specified = writer.PushSequence();
        writer.WriteObjectIdentifier(Names.LabelSource);
        writer.WriteOctetString(label);
    });

    private static byte[] AlgorithmOf(RSAEncryptionPadding padding) =>
        padding == RSAEncryptionPadding.Pkcs1 ? Der.Algorithm(Names.Rsa, withNull: true)
        : padding == RSAEncryptionPadding.OaepSHA1 ? Oaep(Names.Sha1, Names.Sha1)
        : Oaep(Names.Sha256, Names.Sha256);

    /// <summary>What a certificate's subject key identifier extension says.</summary>
    public static byte[] IdentifierOf(X509Certificate2 certificate) => Convert.FromHexString(
        certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifier!);
}
