using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>How a SignedData names its signer (RFC 5652, section 10.2.4).</summary>
/// <param name="Issuer">DER of the issuer's distinguished name.</param>
/// <param name="Serial">Serial number, big-endian.</param>
internal sealed record SignerName(byte[] Issuer, byte[] Serial)
{
    /// <summary>Whether this is a certificate's name.</summary>
    public bool Names(X509Certificate2 certificate) =>
        Issuer.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
        && Serial.AsSpan().SequenceEqual(certificate.SerialNumberBytes.Span);

    /// <inheritdoc/>
    public override string ToString() =>
        RecipientAddress.IssuerAndSerial(new X500DistinguishedName(Issuer).Name, Convert.ToHexString(Serial));
}
