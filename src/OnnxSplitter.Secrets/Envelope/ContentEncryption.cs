using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

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
    /// <param name="content">What <see cref="Encrypt"/> gave; <see cref="EnvelopedShape"/> has checked its form.</param>
    /// <param name="identity">Names the recipient.</param>
    /// <param name="key">The identity's private key.</param>
    /// <returns>The plaintext, or null if the identity is no recipient.</returns>
    public static byte[]? Decrypt(ReadOnlyMemory<byte> content, X509Certificate2 identity, RSA key)
    {
        var envelope = Decode(content);
        foreach (var recipient in envelope.RecipientInfos)
        {
            if (!RecipientAddress.Matches(recipient.RecipientIdentifier, identity)) continue;
            envelope.Decrypt(recipient, key);
            return envelope.ContentInfo.Content;
        }

        return null;
    }

    /// <summary>Decodes without decrypting.</summary>
    public static EnvelopedCms Decode(ReadOnlyMemory<byte> content)
    {
        var envelope = new EnvelopedCms();
        envelope.Decode(content.Span);
        return envelope;
    }
}
