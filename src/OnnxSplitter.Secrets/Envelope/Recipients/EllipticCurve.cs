using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Cms;

namespace OnnxSplitter.Secrets.Envelope.Recipients;

/// <summary>A curve that recipients may have keys on.</summary>
/// <param name="Oid">Object identifier (RFC 5480, section 2.1.1.1).</param>
/// <param name="FieldBytes">Bytes of a coordinate.</param>
/// <param name="Scheme">
/// The key agreement that sealing uses for it: of no lesser strength (RFC 5753, section 8).
/// </param>
internal sealed record EllipticCurve(string Oid, int FieldBytes, KeyAgreementScheme Scheme)
{
    private const byte Uncompressed = 4;

    private static readonly EllipticCurve[] All =
    [
        new(CmsNames.P256, 32, KeyAgreementScheme.Sha256), new(CmsNames.P384, 48, KeyAgreementScheme.Sha384),
    ];

    private ECCurve Curve => ECCurve.CreateFromValue(Oid);

    /// <summary>The curve of a certificate's key; null if that is of another kind, or on another curve.</summary>
    public static EllipticCurve? Of(X509Certificate2 certificate)
    {
        if (certificate.PublicKey.Oid.Value != CmsNames.EcPublicKey
            || certificate.PublicKey.EncodedParameters is not { } encoded) return null;
        var parameters = new AsnReader(encoded.RawData, AsnEncodingRules.DER);
        return parameters.PeekTag() == Asn1Tag.ObjectIdentifier ? Named(parameters.ReadObjectIdentifier()) : null;
    }

    /// <summary>The curve with this object identifier, or null.</summary>
    public static EllipticCurve? Named(string oid) => Array.Find(All, curve => curve.Oid == oid);

    /// <summary>A new key on the curve. The caller disposes it.</summary>
    public ECDiffieHellman NewKey() => ECDiffieHellman.Create(Curve);

    /// <summary>Encodes a public key (SEC 1, section 2.3.3), uncompressed.</summary>
    public byte[] Encode(ECPoint point)
    {
        // Platforms give coordinates of the field's full length.
        var encoded = new byte[1 + 2 * FieldBytes];
        encoded[0] = Uncompressed;
        point.X!.CopyTo(encoded, 1);
        point.Y!.CopyTo(encoded, 1 + FieldBytes);
        return encoded;
    }

    /// <summary>Decodes a public key (SEC 1, section 2.3.4), uncompressed only. The caller disposes it.</summary>
    /// <exception cref="CryptographicException">It is no point of this curve.</exception>
    public ECDiffieHellman Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length != 1 + 2 * FieldBytes || encoded[0] != Uncompressed)
            throw new CryptographicException("The point is not encoded as expected.");
        return ECDiffieHellman.Create(new ECParameters
        {
            Curve = Curve,
            Q = new ECPoint { X = encoded[1..(1 + FieldBytes)].ToArray(), Y = encoded[(1 + FieldBytes)..].ToArray() },
        });
    }
}
