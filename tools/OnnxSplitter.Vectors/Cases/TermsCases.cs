using System.Formats.Asn1;
using OnnxSplitter.Vectors.Cms;
using OnnxSplitter.Vectors.Samples;
using static OnnxSplitter.Vectors.Samples.Outcome;
using Attribute = OnnxSplitter.Vectors.Cms.Attribute;

namespace OnnxSplitter.Vectors.Cases;

/// <summary>Secrets for an audience or a time, and signers that an authority vouches for.</summary>
internal static class TermsCases
{
    private const string Terms = "2.25.168223145364893102129680886488332591403";
    private const string Audience = "fleet-a";

    private static readonly DateTimeOffset Past = new(2021, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Future = new(2098, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IEnumerable<Vector> Of(Workshop shop) => [.. Uses(shop), .. Forms(shop), .. Authorities(shop)];

    private static IEnumerable<Vector> Uses(Workshop shop)
    {
        yield return new(Success, "terms-met", "for an audience, from 2021 to 2098", () =>
            With(shop, Of(Audience, Past, Future)))
        { Audience = Audience };
        yield return new(Success, "terms-of-time-alone", "from 2021 on", () => With(shop, Of(null, Past, null)));
        yield return new(OtherTerms, "other-audience", "for another audience", () =>
            With(shop, Of(Audience, null, null)))
        { Audience = "fleet-b" };
        yield return new(OtherTerms, "audience-in-other-case", "an audience is compared exactly", () =>
            With(shop, Of(Audience, null, null)))
        { Audience = "Fleet-A" };
        yield return new(OtherTerms, "no-audience", "for an audience, but none is given", () =>
            With(shop, Of(Audience, null, null)));
        yield return new(OtherTerms, "too-early", "not before 2098", () => With(shop, Of(null, Future, null)));
        yield return new(OtherTerms, "too-late", "not after 2021", () => With(shop, Of(null, null, Past)));
    }

    private static IEnumerable<Vector> Forms(Workshop shop)
    {
        yield return Bad("terms-empty", "terms that demand nothing", _ => { });
        yield return Bad("terms-empty-audience", "an empty audience", writer => Write(writer, ""));
        yield return Bad("terms-control-character", "a line break in the audience", writer =>
            Write(writer, "fleet\na"));
        yield return Bad("terms-long-audience", "an audience of 257 characters", writer =>
            Write(writer, new string('a', 257)));
        yield return Bad("terms-never", "not before 2098, not after 2021", writer =>
        {
            writer.WriteGeneralizedTime(Future, omitFractionalSeconds: true, Der.Context(1, constructed: false));
            writer.WriteGeneralizedTime(Past, omitFractionalSeconds: true, Der.Context(2, constructed: false));
        });
        yield return Bad("terms-fraction", "a time with a fraction of a second", writer => writer.WriteGeneralizedTime(
            Past.AddMilliseconds(500), omitFractionalSeconds: false, Der.Context(1, constructed: false)));
        yield return Bad("terms-order", "the times before the audience", writer =>
        {
            writer.WriteGeneralizedTime(Past, omitFractionalSeconds: true, Der.Context(1, constructed: false));
            Write(writer, Audience);
        });
        yield return Bad("terms-unknown-field", "a field that terms do not have",
            writer => writer.WriteOctetString([1], Der.Context(3, constructed: false)));
        yield return new(Signature, "terms-twice", "the terms twice", () => shop.SignedBy(
            shop.Signer with { Attributes = all => [.. all, Of(Audience, null, null), Of("fleet-b", null, null)] }))
        { Audience = Audience };
        yield return new(Signature, "terms-not-signed", "the terms among the unsigned attributes", () => shop.SignedBy(
            shop.Signer with { UnsignedAttribute = Of(Audience, null, null) }))
        { Audience = Audience };

        Vector Bad(string name, string comment, Action<AsnWriter> fields) => new(
            Signature, name, comment, () => With(shop, Attribute.Of(Terms, writer =>
            {
                using var sequence = writer.PushSequence();
                fields(writer);
            })))
        { Audience = Audience };
    }

    private static IEnumerable<Vector> Authorities(Workshop shop)
    {
        var keys = shop.Keys;
        yield return new(Success, "issued-by-the-authority",
            "the signer's certificate is issued by a trusted authority",
            () => shop.SignedBy(new Signer(keys.Issued)))
        { Signer = "vendor-issued", Authority = "authority" };
        yield return new(Signature, "issued-by-another-authority", "the same names, another authority's key",
            () => shop.SignedBy(new Signer(keys.IssuedByOther)))
        { Signer = "vendor-issued", Authority = "authority" };
        yield return new(Signature, "issued-to-another-name", "issued by the authority, but to somebody else",
            () => shop.SignedBy(new Signer(keys.Issued)))
        { Signer = "vendor", Authority = "authority" };
        yield return new(Signature, "signed-by-the-authority", "the authority itself is no signer",
            () => shop.SignedBy(new Signer(keys.Authority)))
        { Signer = "authority", Authority = "authority" };
        yield return new(Signature, "self-signed-of-that-name", "a certificate of that name that nobody has issued",
            () => shop.SignedBy(new Signer(keys.Vendor)))
        { Signer = "vendor", Authority = "authority" };
        yield return new(Signature, "compact-by-authority",
            "compact secrets hold no certificate that an authority vouches for",
            () => new Signed(
                new Enveloped(shop.Model.CompactPayload) { Recipients = [new Recipient(keys.Alice)] }.Encode())
            {
                Signers = [new Signer(keys.Issued)],
                Certificates = [],
            }.Encode())
        { Signer = "vendor-issued", Authority = "authority" };
    }

    private static byte[] With(Workshop shop, byte[] terms) =>
        shop.SignedBy(shop.Signer with { Attributes = all => [.. all, terms] });

    private static byte[] Of(string? audience, DateTimeOffset? from, DateTimeOffset? until) =>
        Attribute.Of(Terms, writer =>
    {
        using var sequence = writer.PushSequence();
        if (audience is not null) Write(writer, audience);
        if (from is { } first)
            writer.WriteGeneralizedTime(first, omitFractionalSeconds: true, Der.Context(1, constructed: false));
        if (until is { } last)
            writer.WriteGeneralizedTime(last, omitFractionalSeconds: true, Der.Context(2, constructed: false));
    });

    private static void Write(AsnWriter writer, string audience) =>
        writer.WriteCharacterString(UniversalTagNumber.UTF8String, audience, Der.Context(0, constructed: false));
}
