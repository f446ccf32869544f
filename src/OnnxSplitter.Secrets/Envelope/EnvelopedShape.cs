using System.Formats.Asn1;
using static OnnxSplitter.Secrets.Envelope.DerReading;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>The one form of an EnvelopedData (RFC 5652, section 6) that sealing gives it.</summary>
/// <remarks>
/// Checked before the signature is: what names other algorithms, or makes a reader look at a great many recipients,
/// goes no further.
/// </remarks>
internal static class EnvelopedShape
{
    /// <summary>Most recipients of a file.</summary>
    public const int MaxRecipients = 1000;

    private const int BlockLength = 16; // of AES

    /// <summary>Checks the form; nothing is copied.</summary>
    /// <exception cref="AsnContentException">It is another form.</exception>
    public static void Check(ReadOnlyMemory<byte> content)
    {
        var whole = Whole(content);
        var contentInfo = whole.ReadSequence();
        whole.ThrowIfNotEmpty();
        Expect(contentInfo.ReadObjectIdentifier() == CmsNames.EnvelopedData);
        var enveloped = contentInfo.ReadExplicitSequence(0);
        contentInfo.ThrowIfNotEmpty();

        var version = enveloped.ReadInteger();
        var recipients = enveloped.ReadSetOf();
        var allByIssuer = true;
        for (var count = 0; count == 0 || recipients.HasData; count++)
        {
            Expect(count < MaxRecipients);
            allByIssuer &= ReadKeyTransport(recipients.ReadSequence());
        }

        Expect(version == (allByIssuer ? 0 : 2)); // RFC 5652, 6.1
        ReadEncryptedContent(enveloped.ReadSequence());
        enveloped.ThrowIfNotEmpty();
    }

    /// <summary>Reads a KeyTransRecipientInfo.</summary>
    /// <returns>Whether it names its recipient by issuer and serial number.</returns>
    private static bool ReadKeyTransport(AsnReader recipient)
    {
        var version = recipient.ReadInteger();
        var byIssuer = recipient.PeekTag() == Asn1Tag.Sequence;
        Expect(version == (byIssuer ? 0 : 2)); // RFC 5652, 6.2.1
        if (byIssuer)
        {
            var name = recipient.ReadSequence();
            name.ReadEncodedValue();
            name.ReadIntegerBytes();
            name.ThrowIfNotEmpty();
        }
        else
        {
            recipient.ReadOctets(Context(0));
        }

        ReadOaepSha256(recipient.ReadSequence());
        recipient.ReadOctets();
        recipient.ThrowIfNotEmpty();
        return byIssuer;
    }

    // RSAES-OAEP-params (RFC 8017, A.2.1): hash, mask generation; no label.
    private static void ReadOaepSha256(AsnReader algorithm)
    {
        Expect(algorithm.ReadObjectIdentifier() == CmsNames.RsaOaep);
        var parameters = algorithm.ReadSequence();
        algorithm.ThrowIfNotEmpty();
        var hash = parameters.ReadSequence(Context(0));
        Expect(hash.ReadAlgorithm() == CmsNames.Sha256);
        hash.ThrowIfNotEmpty();
        var mask = parameters.ReadExplicitSequence(1);
        Expect(mask.ReadObjectIdentifier() == CmsNames.Mgf1 && mask.ReadAlgorithm() == CmsNames.Sha256);
        mask.ThrowIfNotEmpty();
        parameters.ThrowIfNotEmpty();
    }

    private static void ReadEncryptedContent(AsnReader encrypted)
    {
        Expect(encrypted.ReadObjectIdentifier() == CmsNames.Data);
        var algorithm = encrypted.ReadSequence();
        Expect(algorithm.ReadObjectIdentifier() == CmsNames.Aes256Cbc);
        Expect(algorithm.ReadOctets().Length == BlockLength);
        algorithm.ThrowIfNotEmpty();
        var ciphertext = encrypted.ReadOctets(Context(0));
        Expect(ciphertext.Length > 0 && ciphertext.Length % BlockLength == 0);
        encrypted.ThrowIfNotEmpty();
    }
}
