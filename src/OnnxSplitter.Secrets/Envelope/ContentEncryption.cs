using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using static OnnxSplitter.Secrets.Envelope.DerReading;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>The EnvelopedData (RFC 5652, section 6) inside an envelope: AES-256-CBC, keys by RSA-OAEP-SHA256.</summary>
internal static class ContentEncryption
{
    public static byte[] Encrypt(byte[] plaintext, IEnumerable<X509Certificate2> recipients)
    {
        var envelope = new EnvelopedCms(
            new ContentInfo(new Oid(CmsNames.Data), plaintext), new AlgorithmIdentifier(new Oid(CmsNames.Aes256Cbc)));
        var addressed = new CmsRecipientCollection();
        foreach (var recipient in recipients)
        {
            // The padding must be asked for: the library's default is PKCS#1 v1.5.
            addressed.Add(new CmsRecipient(
                RecipientAddress.TypeFor(recipient), recipient, RSAEncryptionPadding.OaepSHA256));
        }

        envelope.Encrypt(addressed);
        return envelope.Encode();
    }

    /// <summary>Decrypts content whose signature was verified before.</summary>
    /// <param name="content">What <see cref="Encrypt"/> gave.</param>
    /// <param name="identity">Names the recipient.</param>
    /// <param name="key">The identity's private key.</param>
    /// <returns>The plaintext, or null if the identity is no recipient or the algorithms are others.</returns>
    public static byte[]? Decrypt(byte[] content, X509Certificate2 identity, RSA key)
    {
        var envelope = Decode(content);
        if (envelope.ContentEncryptionAlgorithm.Oid.Value != CmsNames.Aes256Cbc
            || envelope.ContentInfo.ContentType.Value != CmsNames.Data) return null;
        foreach (var recipient in envelope.RecipientInfos)
        {
            if (!RecipientAddress.Matches(recipient.RecipientIdentifier, identity)) continue;
            if (recipient.Type != RecipientInfoType.KeyTransport || !IsOaepSha256(recipient.KeyEncryptionAlgorithm))
                return null;
            envelope.Decrypt(recipient, key);
            return envelope.ContentInfo.Content;
        }

        return null;
    }

    /// <summary>Decodes without decrypting.</summary>
    public static EnvelopedCms Decode(byte[] content)
    {
        var envelope = new EnvelopedCms();
        envelope.Decode(content);
        return envelope;
    }

    // RSAES-OAEP-params (RFC 8017, A.2.1): hash, mask generation; no label.
    private static bool IsOaepSha256(AlgorithmIdentifier algorithm)
    {
        if (algorithm.Oid.Value != CmsNames.RsaOaep) return false;
        var whole = Whole(algorithm.Parameters);
        var parameters = whole.ReadSequence();
        whole.ThrowIfNotEmpty();
        var hash = parameters.ReadSequence(Context(0));
        if (hash.ReadAlgorithm() != CmsNames.Sha256) return false;
        hash.ThrowIfNotEmpty();
        var mask = parameters.ReadExplicitSequence(1);
        if (mask.ReadObjectIdentifier() != CmsNames.Mgf1 || mask.ReadAlgorithm() != CmsNames.Sha256) return false;
        mask.ThrowIfNotEmpty();
        return !parameters.HasData;
    }
}
