using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Cms;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Secrets.Envelope.Recipients;

/// <summary>The content key, sealed for one recipient: a RecipientInfo (RFC 5652, section 6.2).</summary>
/// <param name="Address">Whose key opens it.</param>
/// <param name="Encoded">Its DER.</param>
internal abstract record SealedKey(RecipientAddress Address, ReadOnlyMemory<byte> Encoded)
{
    /// <summary>Bytes of a content key: AES-256.</summary>
    public const int ContentKeyBytes = 32;

    /// <summary>
    /// Version of the RecipientInfo, which decides that of the EnvelopedData (RFC 5652, section 6.1).
    /// </summary>
    public abstract int Version { get; }

    /// <summary>What kind of key opens it, such as <c>RSA</c> or <c>EC P-256</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Seals a content key for a certificate whose key was checked to be of a supported kind.</summary>
    public static SealedKey Seal(X509Certificate2 recipient, ReadOnlySpan<byte> contentKey) =>
        EllipticCurve.Of(recipient) is { } curve
            ? KeyAgreement.Seal(recipient, curve, contentKey)
            : KeyTransport.Seal(recipient, contentKey);

    /// <summary>Reads a RecipientInfo, which must be of one of the two kinds that sealing makes.</summary>
    /// <exception cref="AsnContentException">It is another form.</exception>
    public static SealedKey Read(AsnReader reader) => reader.PeekTag().HasSameClassAndValue(KeyAgreement.Tag)
        ? KeyAgreement.Read(reader.ReadEncodedValue())
        : KeyTransport.Read(reader.ReadEncodedValue());

    /// <summary>Opens it.</summary>
    /// <param name="identity">An identity that <see cref="Address"/> names.</param>
    /// <returns>The content key, which the caller zeroes; null if the identity's key does not open it.</returns>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The key does not open it.</exception>
    public abstract byte[]? Open(Identity identity);
}
