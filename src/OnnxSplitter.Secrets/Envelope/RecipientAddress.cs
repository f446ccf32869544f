using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography.Xml;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>How a recipient's key is named inside an envelope (RFC 5652, section 6.2.1).</summary>
/// <remarks>
/// By subject key identifier where the certificate has that extension, so that a renewed certificate of the same key
/// still matches. Other tools can't find a certificate by an identifier that it does not carry: then by issuer and
/// serial number.
/// </remarks>
internal static class RecipientAddress
{
    /// <summary>The kind of address that a certificate gets.</summary>
    public static SubjectIdentifierType TypeFor(X509Certificate2 certificate) =>
        KeyIdentifierOf(certificate) is null
            ? SubjectIdentifierType.IssuerAndSerialNumber
            : SubjectIdentifierType.SubjectKeyIdentifier;

    /// <summary>The address that a certificate gets, as text.</summary>
    public static string Of(X509Certificate2 certificate) =>
        KeyIdentifierOf(certificate) ?? IssuerAndSerial(certificate.IssuerName.Name, certificate.SerialNumber);

    /// <summary>The address in an envelope, as text.</summary>
    public static string Of(SubjectIdentifier identifier) => identifier.Value switch
    {
        string keyIdentifier => keyIdentifier,
        X509IssuerSerial name => IssuerAndSerial(name.IssuerName, name.SerialNumber),
        _ => "unknown",
    };

    /// <summary>Whether an address in an envelope, of either kind, names a certificate.</summary>
    public static bool Matches(SubjectIdentifier identifier, X509Certificate2 certificate)
    {
        var address = Of(identifier);
        return address == KeyIdentifierOf(certificate)
            || address == IssuerAndSerial(certificate.IssuerName.Name, certificate.SerialNumber);
    }

    private static string? KeyIdentifierOf(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()?.SubjectKeyIdentifier;

    /// <summary>The address by issuer and serial number, as text.</summary>
    public static string IssuerAndSerial(string issuer, string serial) => $"{issuer}, serial {serial}";
}
