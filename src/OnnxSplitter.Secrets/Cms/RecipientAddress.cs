using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Secrets.Cms;

/// <summary>How a recipient's key is named inside an envelope (RFC 5652, section 6.2.1).</summary>
/// <param name="KeyIdentifier">Subject key identifier in capital hex, or null.</param>
/// <param name="Name">Issuer and serial number, where there is no key identifier.</param>
/// <remarks>
/// By subject key identifier where the certificate has that extension, so that a renewed certificate of the same key
/// still matches. Other tools can't find a certificate by an identifier that it does not carry: then by issuer and
/// serial number.
/// </remarks>
internal sealed record RecipientAddress(string? KeyIdentifier, IssuerAndSerial? Name)
{
    /// <summary>The address that a certificate gets.</summary>
    public static RecipientAddress Of(X509Certificate2 certificate) => KeyIdentifierOf(certificate) is { } identifier
        ? new(identifier, Name: null)
        : new(KeyIdentifier: null, IssuerAndSerial.Of(certificate));

    /// <summary>Whether the address, of either kind, names a certificate.</summary>
    public bool Matches(X509Certificate2 certificate) =>
        Name is not null ? Name.Names(certificate) : KeyIdentifier == KeyIdentifierOf(certificate);

    /// <summary>The identifier's bytes.</summary>
    public byte[] KeyIdentifierBytes => Convert.FromHexString(KeyIdentifier ?? string.Empty);

    /// <summary>The address as text.</summary>
    public override string ToString() => KeyIdentifier ?? Name!.ToString();

    private static string? KeyIdentifierOf(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()?.SubjectKeyIdentifier;
}
