using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>Makes envelopes that sealing would not make.</summary>
internal static class ForeignEnvelope
{
    public const string EnvelopedData = "1.2.840.113549.1.7.3";
    public const string Aes256 = "2.16.840.1.101.3.4.1.42";
    public const string Aes128 = "2.16.840.1.101.3.4.1.2";

    public static byte[] Encrypt(
        byte[] payload, X509Certificate2 recipient, RSAEncryptionPadding? padding = null, string cipher = Aes256)
    {
        var envelope = new EnvelopedCms(new ContentInfo(payload), new AlgorithmIdentifier(new Oid(cipher)));
        envelope.Encrypt(new CmsRecipient(
            SubjectIdentifierType.SubjectKeyIdentifier, recipient, padding ?? RSAEncryptionPadding.OaepSHA256));
        return envelope.Encode();
    }

    public static SignedCms Sign(
        byte[] content,
        X509Certificate2? signer = null,
        string type = EnvelopedData,
        Action<CmsSigner>? change = null,
        DateTime? time = null)
    {
        var signed = new SignedCms(new ContentInfo(new Oid(type), content));
        var by = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, signer ?? TestKeys.Signer)
        {
            IncludeOption = X509IncludeOption.EndCertOnly,
            SignedAttributes = { new Pkcs9SigningTime(time ?? DateTime.UtcNow) },
        };
        change?.Invoke(by);
        signed.ComputeSignature(by);
        return signed;
    }
}
