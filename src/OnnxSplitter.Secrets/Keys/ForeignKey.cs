using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Cms;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>Kinds of keys that certificates may have and secrets can't be sealed to or signed with.</summary>
internal static class ForeignKey
{
    /// <summary>What to do about one.</summary>
    public const string Remedy =
        "Make a key for it that is RSA of at least 2048 bits, or EC on P-256 or P-384 with the curve's name.";

    /// <summary>What kind of key a certificate has; null if it is RSA, or elliptic on a named curve.</summary>
    public static string? KindOf(X509Certificate2 certificate) => certificate.PublicKey.Oid.Value switch
    {
        CmsNames.RsaSignature => null,
        CmsNames.EcPublicKey => IsNamed(certificate)
            ? null
            : "an EC key whose curve is written out (explicit parameters), not named",
        CmsNames.RsaPss => "an RSA key for RSASSA-PSS alone (id-RSASSA-PSS)",

        // RFC 8410, section 3, and RFC 3279, section 2.3.2.
        "1.3.101.110" => "an X25519 key",
        "1.3.101.111" => "an X448 key",
        "1.3.101.112" => "an Ed25519 key",
        "1.3.101.113" => "an Ed448 key",
        "1.2.840.10040.4.1" => "a DSA key",
        var other => $"a key of kind {other}",
    };

    /// <summary>What is said of an identity that has one.</summary>
    public static CertificateException Refusal(string name, string kind) =>
        new($"{name} can't be used: it has {kind}.", Remedy);

    private static bool IsNamed(X509Certificate2 certificate) =>
        certificate.PublicKey.EncodedParameters is { RawData: { Length: > 0 } parameters }
        && new AsnReader(parameters, AsnEncodingRules.DER).PeekTag() == Asn1Tag.ObjectIdentifier;
}
