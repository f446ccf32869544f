using System.Formats.Asn1;
using OnnxSplitter.Secrets.Cms;
using static OnnxSplitter.Secrets.Cms.DerReading;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>What a signer signs beside the content (RFC 5652, section 11).</summary>
/// <param name="SigningTime">When, by the signer's own clock; whole seconds, UTC.</param>
/// <param name="Terms">For whom and for how long; null for anybody and for ever.</param>
/// <remarks>
/// The content type and the digest are mandatory for content that is not plain data (RFC 5652, 5.3); a signature
/// without them would be one over bytes that could also be read as attributes. The time says whether the signer's
/// certificate was valid.
/// </remarks>
internal sealed record SignedAttributes(DateTimeOffset SigningTime, SecretsTerms? Terms)
{
    // UTCTime counts until here; later times are GeneralizedTime (RFC 5652, 11.3).
    private const int LastYearOfUtcTime = 2049;

    private const int MostAttributes = 4;

    /// <summary>Reads the attributes, which stand in the order of their encodings, as in any DER set.</summary>
    /// <exception cref="AsnContentException">One is missing, is there twice, or there are others.</exception>
    public static SignedAttributes Read(AsnReader attributes)
    {
        var values = new Dictionary<string, AsnReader>(StringComparer.Ordinal);
        while (attributes.HasData)
        {
            var attribute = attributes.ReadSequence();
            Expect(values.TryAdd(attribute.ReadObjectIdentifier(), attribute) && values.Count <= MostAttributes);
        }

        Expect(Take(CmsNames.ContentType, value => value.ReadObjectIdentifier()) == CmsNames.EnvelopedData);
        Take(CmsNames.MessageDigest, value => value.ReadOctetString());
        var read = new SignedAttributes(
            Take(CmsNames.SigningTime, ReadTime),
            values.ContainsKey(CmsNames.Terms) ? Take(CmsNames.Terms, SecretsTerms.Read) : null);
        Expect(values.Count == 0);
        return read;

        T Take<T>(string name, Func<AsnReader, T> read)
        {
            Expect(values.Remove(name, out var attribute));
            var value = attribute!.ReadSingle(read);
            attribute!.ThrowIfNotEmpty();
            return value;
        }
    }

    private static DateTimeOffset ReadTime(AsnReader value)
    {
        if (value.PeekTag() == Asn1Tag.UtcTime) return value.ReadUtcTime(LastYearOfUtcTime);
        var time = value.ReadGeneralizedTime();
        Expect(time.Year > LastYearOfUtcTime && time.UtcTicks % TimeSpan.TicksPerSecond == 0);
        return time;
    }
}
