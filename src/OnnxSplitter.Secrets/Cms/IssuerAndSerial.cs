using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Secrets.Cms;

/// <summary>How CMS names a certificate (RFC 5652, section 10.2.4).</summary>
/// <param name="Issuer">DER of the issuer's distinguished name.</param>
/// <param name="Serial">Serial number, big-endian.</param>
internal sealed record IssuerAndSerial(byte[] Issuer, byte[] Serial)
{
    /// <summary>A certificate's name.</summary>
    public static IssuerAndSerial Of(X509Certificate2 certificate) =>
        new(certificate.IssuerName.RawData, certificate.SerialNumberBytes.ToArray());

    /// <summary>Reads the form.</summary>
    /// <exception cref="AsnContentException">It is another form.</exception>
    public static IssuerAndSerial Read(AsnReader reader)
    {
        var name = reader.ReadSequence();
        var read = new IssuerAndSerial(name.ReadEncodedValue().ToArray(), name.ReadIntegerBytes().ToArray());
        name.ThrowIfNotEmpty();
        return read;
    }

    public void Write(AsnWriter writer)
    {
        using var name = writer.PushSequence();
        writer.WriteEncodedValue(Issuer);
        writer.WriteInteger(Serial);
    }

    /// <summary>Whether this is a certificate's name.</summary>
    public bool Names(X509Certificate2 certificate) =>
        Issuer.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
        && Serial.AsSpan().SequenceEqual(certificate.SerialNumberBytes.Span);

    /// <summary>The name as text.</summary>
    public override string ToString() =>
        $"{new X500DistinguishedName(Issuer).Name}, serial {Convert.ToHexString(Serial)}";
}
