using System.Formats.Asn1;
using static OnnxSplitter.Secrets.Envelope.DerReading;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>What a signer signs beside the content (RFC 5652, section 11).</summary>
/// <param name="SigningTime">When, by the signer's own clock; whole seconds, UTC.</param>
/// <remarks>
/// The content type and the digest are mandatory for content that is not plain data (RFC 5652, 5.3); a signature
/// without them would be one over bytes that could also be read as attributes. The time says whether the signer's
/// certificate was valid.
/// </remarks>
internal sealed record SignedAttributes(DateTimeOffset SigningTime)
{
    // UTCTime counts until here; later times are GeneralizedTime (RFC 5652, 11.3).
    private const int LastYearOfUtcTime = 2049;

    /// <summary>Reads the attributes, which stand in the order of their encodings, as in any DER set.</summary>
    /// <exception cref="AsnContentException">One is missing, or there are others.</exception>
    public static SignedAttributes Read(AsnReader attributes)
    {
        Expect(ReadValue(attributes, CmsNames.ContentType, value => value.ReadObjectIdentifier()) == CmsNames.EnvelopedData);
        var time = ReadValue(attributes, CmsNames.SigningTime, ReadTime);
        ReadValue(attributes, CmsNames.MessageDigest, value => value.ReadOctetString());
        attributes.ThrowIfNotEmpty();
        return new SignedAttributes(time);
    }

    private static T ReadValue<T>(AsnReader attributes, string name, Func<AsnReader, T> read)
    {
        var attribute = attributes.ReadSequence();
        Expect(attribute.ReadObjectIdentifier() == name);
        var value = attribute.ReadSingle(read);
        attribute.ThrowIfNotEmpty();
        return value;
    }

    private static DateTimeOffset ReadTime(AsnReader value)
    {
        if (value.PeekTag() == Asn1Tag.UtcTime) return value.ReadUtcTime(LastYearOfUtcTime);
        var time = value.ReadGeneralizedTime();
        Expect(time.Year > LastYearOfUtcTime && time.UtcTicks % TimeSpan.TicksPerSecond == 0);
        return time;
    }
}
