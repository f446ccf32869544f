using OnnxSplitter.Vectors.Cms;
using OnnxSplitter.Vectors.Samples;
using static OnnxSplitter.Vectors.Cases.IdentityCases;
using static OnnxSplitter.Vectors.Samples.Outcome;
using Attribute = OnnxSplitter.Vectors.Cms.Attribute;

namespace OnnxSplitter.Vectors.Cases;

/// <summary>Files that are not shown to come from the pinned signer.</summary>
internal static class SignatureCases
{
    public static IEnumerable<Vector> Of(Workshop shop) =>
        [.. Signers(shop), .. Certificates(shop), .. Attributes(shop), .. Values(shop)];

    private static IEnumerable<Vector> Signers(Workshop shop)
    {
        var keys = shop.Keys;
        yield return new(Signature, "wrong-signer", "signed by somebody else, all of a piece",
            () => shop.SignedBy(new Signer(keys.Stranger)));
        yield return new(Signature, "impostor", "signed by somebody whose certificate has the vendor's name and number",
            () => shop.SignedBy(new Signer(keys.Impostor)));
        yield return new(Signature, "impostor-with-the-vendors-certificate",
            "the same, with the vendor's certificate in the file",
            () => new Signed(shop.Content)
            {
                Signers = [new Signer(keys.Impostor)],
                Certificates = [keys.Vendor.RawData],
            }.Encode());
        yield return new(Signature, "compact-by-an-impostor", "compact, without a certificate, signed by the impostor",
            () => new Signed(
                new Enveloped(shop.Model.CompactPayload) { Recipients = [new Recipient(keys.Alice)] }.Encode())
            {
                Signers = [new Signer(keys.Impostor)],
                Certificates = [],
            }.Encode());
        yield return new(Signature, "no-signer", "no SignerInfo",
            () => new Signed(shop.Content)
            {
                Signers = [],
                Digests = [Der.Algorithm(Names.Sha256)],
                Certificates = [keys.Vendor.RawData],
            }.Encode());
        yield return new(Signature, "two-signers", "signed by the vendor and by a stranger",
            () => shop.SignedBy(shop.Signer, new Signer(keys.Stranger)));
        yield return new(Signature, "signed-twice", "two SignerInfos of the vendor",
            () => shop.SignedBy(shop.Signer, shop.Signer));
        yield return new(Signature, "signer-by-key-identifier", "the signer is named by key identifier",
            () => shop.SignedBy(shop.Signer with { ByKeyIdentifier = true }));
    }

    private static IEnumerable<Vector> Certificates(Workshop shop)
    {
        var keys = shop.Keys;
        yield return new(Signature, "other-certificate", "the certificate in the file is a stranger's", () =>
            With(keys.Stranger.RawData));
        yield return new(Signature, "two-certificates", "a second certificate beside the vendor's",
            () => With(keys.Vendor.RawData, keys.Stranger.RawData));
        yield return new(Signature, "altered-certificate", "one bit of the certificate's own signature differs",
            () => With(Flip([.. keys.Vendor.RawData], keys.Vendor.RawData.Length - 1)));
        yield return new(Signature, "expired", "signed after the signer's certificate had expired",
            () => shop.SignedBy(new Signer(keys.ExpiredVendor)))
        { Signer = "vendor-expired" };
        yield return new(Signature, "not-yet-valid", "signed before the signer's certificate was valid",
            () => shop.SignedBy(
                new Signer(keys.ExpiredVendor) { Time = new DateTimeOffset(2019, 12, 31, 23, 59, 59, TimeSpan.Zero) }))
        { Signer = "vendor-expired" };
        yield return new(Signature, "one-second-too-late", "signed one second after the certificate's last",
            () => shop.SignedBy(
                new Signer(keys.ExpiredVendor) { Time = new DateTimeOffset(2022, 1, 1, 0, 0, 1, TimeSpan.Zero) }))
        { Signer = "vendor-expired" };

        byte[] With(params byte[][] certificates) =>
            new Signed(shop.Content) { Signers = [shop.Signer], Certificates = certificates }.Encode();
    }

    private static IEnumerable<Vector> Attributes(Workshop shop)
    {
        yield return new(Signature, "no-signed-attributes", "the signature is over the content itself", () =>
            With(_ => []));
        yield return new(Signature, "no-content-type", "no content type among the signed attributes", () =>
            With(all => all[1..]));
        yield return new(Signature, "no-signing-time", "no signing time among the signed attributes", () =>
            With(all => [all[0], all[2]]));
        yield return new(Signature, "no-message-digest", "no digest among the signed attributes", () =>
            With(all => all[..2]));
        yield return new(Signature, "content-type-of-data", "the signed content type is plain data",
            () => With(all => [Attribute.ContentType(Names.Data), .. all[1..]]));
        yield return new(Signature, "two-signing-times", "the signing time twice",
            () => With(all => [.. all, Attribute.Time(Signer.UsualTime.AddYears(1))]));
        yield return new(Signature, "unknown-signed-attribute", "a signed attribute that the format does not have",
            () => With(all => [.. all, Attribute.Unknown]));
        yield return new(Signature, "unsigned-attribute", "an unsigned attribute",
            () => shop.SignedBy(shop.Signer with { UnsignedAttribute = Attribute.Unknown }));
        yield return new(Signature, "signing-time-of-2050-as-utctime",
            "1950 by the rules, since the certificate is from 2020",
            () => With(all => [all[0], Attribute.Of(Names.SigningTime, writer => writer.WriteEncodedValue(
                [0x17, 13, .. "500101000000Z"u8])), all[2]]));
        yield return new(Signature, "signing-time-of-2026-as-generalizedtime", "times before 2050 are UTCTime",
            () => With(all => [all[0], Attribute.Of(Names.SigningTime, writer => writer.WriteGeneralizedTime(
                Signer.UsualTime, omitFractionalSeconds: true)), all[2]]));

        byte[] With(Func<byte[][], byte[][]> attributes) => shop.SignedBy(shop.Signer with { Attributes = attributes });
    }

    private static IEnumerable<Vector> Values(Workshop shop)
    {
        yield return new(Signature, "over-other-content", "the vendor signed another content",
            () => shop.SignedBy(shop.Signer with { Digested = shop.Content }));
        yield return new(Signature, "altered", "one bit of the signature differs",
            () => shop.SignedBy(shop.Signer with { Signature = value => Flip(value, 17) }));
        yield return new(Signature, "altered-content", "one bit of the ciphertext differs from what was signed", () =>
        {
            var content = shop.Content;
            var digested = content.ToArray();
            return new Signed(Flip(content, content.Length - 5))
            {
                Signers =
                [shop.Signer with { Digested = digested }]
            }.Encode();
        });
        yield return new(Signature, "empty", "the signature is empty", () =>
            shop.SignedBy(shop.Signer with { Signature = _ => [] }));
        yield return new(Signature, "of-zeros", "the signature is all zeros",
            () => shop.SignedBy(shop.Signer with { Signature = value => new byte[value.Length] }));
        yield return new(Signature, "leading-zero", "the signature has a zero in front",
            () => shop.SignedBy(shop.Signer with { Signature = value => [0, .. value] }));
        yield return new(Signature, "sha1", "signed with SHA-1", () =>
            shop.SignedBy(shop.Signer with { Digest = Names.Sha1 }));
        yield return new(Signature, "two-digest-algorithms", "a second digest algorithm is listed",
            () => new Signed(shop.Content)
            {
                Signers = [shop.Signer],
                Digests = [Der.Algorithm(Names.Sha1), Der.Algorithm(Names.Sha256)],
            }.Encode());
        yield return new(Signature, "ecdsa-with-null-parameters", "ECDSA is named without parameters",
            () => shop.SignedBy(new Signer(shop.Keys.EllipticVendor) { WithNull = true }))
        { Signer = "vendor-p256" };
        yield return new(Signature, "ecdsa-named-for-an-rsa-key", "the signature's algorithm is not the key's",
            () => shop.SignedBy(shop.Signer with { Algorithm = Names.EcdsaWithSha256, WithNull = false }));
    }
}
