using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Vectors.Cms;

/// <summary>A SignerInfo (RFC 5652, section 5.3), each part of which can be made wrong.</summary>
internal sealed record Signer(X509Certificate2 Certificate)
{
    /// <summary>When all vectors were signed that don't say otherwise.</summary>
    public static DateTimeOffset UsualTime { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public int? Version { get; init; }

    /// <summary>Whether the signer is named by key identifier.</summary>
    public bool ByKeyIdentifier { get; init; }

    public string Digest { get; init; } = Names.Sha256;

    /// <summary>Name of the signature's algorithm; null for that of the key.</summary>
    public string? Algorithm { get; init; }

    /// <summary>
    /// Whether the signature's algorithm has NULL for parameters; null for as it is with that of the key.
    /// </summary>
    public bool? WithNull { get; init; }

    public DateTimeOffset Time { get; init; } = UsualTime;

    /// <summary>Makes the signed attributes from the usual ones: type, time, digest.</summary>
    public Func<byte[][], byte[][]> Attributes { get; init; } = all => all;

    /// <summary>What is signed instead of the content.</summary>
    public byte[]? Digested { get; init; }

    public Func<byte[], byte[]> Signature { get; init; } = signature => signature;

    /// <summary>An encoded unsigned attribute.</summary>
    public byte[]? UnsignedAttribute { get; init; }

    private HashAlgorithmName Hash => Digest == Names.Sha1 ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;

    public byte[] Encode(byte[] content)
    {
        var digested = Digested ?? content;
        var attributes = Attributes([
            Attribute.ContentType(Names.EnvelopedData), Attribute.Time(Time),
            Attribute.Digest(CryptographicOperations.HashData(Hash, digested)),
        ]);
        var set = Der.Of(writer =>
        {
            using var all = writer.PushSetOf();
            foreach (var attribute in attributes) writer.WriteEncodedValue(attribute);
        });
        var signature = Signature(Sign(attributes.Length > 0 ? set : digested));
        return Der.Of(writer =>
        {
            using var info = writer.PushSequence();
            writer.WriteInteger(Version ?? (ByKeyIdentifier ? 3 : 1));
            if (ByKeyIdentifier)
            {
                writer.WriteOctetString(Convert.FromHexString(
                    Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifier!),
                    Der.Context(0, constructed: false));
            }
            else
            {
                using var name = writer.PushSequence();
                writer.WriteEncodedValue(Certificate.IssuerName.RawData);
                writer.WriteInteger(Certificate.SerialNumberBytes.Span);
            }

            writer.WriteEncodedValue(Der.Algorithm(Digest));
            if (attributes.Length > 0) writer.WriteEncodedValue([0xA0, .. set[1..]]); // IMPLICIT [0]
            var elliptic = Certificate.GetKeyAlgorithm() != Names.Rsa;
            writer.WriteEncodedValue(Der.Algorithm(
                Algorithm ?? (elliptic ? Names.EcdsaWithSha256 : Names.Rsa), withNull: WithNull ?? !elliptic));
            writer.WriteOctetString(signature);
            if (UnsignedAttribute is null) return;
            using var unsigned = writer.PushSetOf(Der.Context(1));
            writer.WriteEncodedValue(UnsignedAttribute);
        });
    }

    private byte[] Sign(byte[] bytes)
    {
        using var rsa = Certificate.GetRSAPrivateKey();
        if (rsa is not null) return rsa.SignData(bytes, Hash, RSASignaturePadding.Pkcs1);
        using var ecdsa = Certificate.GetECDsaPrivateKey()!;
        return ecdsa.SignData(bytes, Hash, DSASignatureFormat.Rfc3279DerSequence);
    }
}
