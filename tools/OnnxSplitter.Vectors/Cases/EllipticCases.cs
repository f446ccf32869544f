using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;
using OnnxSplitter.Vectors.Cms;
using OnnxSplitter.Vectors.Samples;
using static OnnxSplitter.Vectors.Samples.Outcome;

namespace OnnxSplitter.Vectors.Cases;

/// <summary>Recipients with elliptic keys, and signers by PSS and on P-384.</summary>
internal static class EllipticCases
{
    public static IEnumerable<Vector> Of(Workshop shop) => [.. Good(shop), .. Refused(shop)];

    private static IEnumerable<Vector> Good(Workshop shop)
    {
        var (keys, payload) = (shop.Keys, shop.Model.Payload);
        yield return new(Success, "p256-recipient", "a recipient with a key on P-256", () => Seal(keys.Dave))
        { Identity = "dave" };
        yield return new(Success, "p384-recipient", "a recipient with a key on P-384", () => Seal(keys.Erin))
        { Identity = "erin" };
        yield return new(Success, "p256-keying-material", "a recipient on P-256, with ukm", () => Seal(keys.Dave))
        { Identity = "dave" };
        yield return new(Success, "p384-keying-material", "a recipient on P-384, with ukm", () => Seal(keys.Erin))
        { Identity = "erin" };
        yield return new(Success, "rsa-and-elliptic-recipients", "the second identity opens", () =>
            Seal(keys.Alice, keys.Dave))
        { Identity = "bob dave" };
        yield return new(Success, "made-by-openssl-for-p256", "made by openssl cms -encrypt and -sign",
            () => OpenSsl.Seal(payload, keys.Vendor, keys.Dave))
        { Identity = "dave" };
        yield return new(Success, "made-by-openssl-for-p384", "made by openssl cms -encrypt and -sign, signed on P-256",
            () => OpenSsl.Seal(payload, keys.EllipticVendor, keys.Erin))
        { Identity = "erin", Signer = "vendor-p256" };
        yield return new(Success, "pss-signer", "signed by RSASSA-PSS", () =>
        {
            using var secrets = ModelSecretsCodec.Decode(payload);
            using var vendor = Identity.Of(keys.Vendor);
            return SecretsEnvelope.Seal(secrets, vendor, [keys.Alice], new SealOptions { Pss = true });
        });
        yield return new(Success, "ecdsa-p384-signer", "signed on P-384, so with SHA-384", () =>
        {
            using var secrets = ModelSecretsCodec.Decode(payload);
            return SecretsEnvelope.Seal(secrets, keys.StrongVendor, [keys.Alice]);
        })
        { Signer = "vendor-p384" };

        byte[] Seal(params X509Certificate2[] recipients)
        {
            using var secrets = ModelSecretsCodec.Decode(payload);
            return SecretsEnvelope.Seal(secrets, keys.Vendor, recipients);
        }
    }

    private static IEnumerable<Vector> Refused(Workshop shop)
    {
        var agreement = new AgreementRecipient(shop.Keys.Dave);
        yield return For(NotForYou, "elliptic-wrapped-key-altered", "the wrapped key is all zeros", agreement);
        yield return For(NotForYou, "elliptic-point-off-the-curve", "the sender's point is not on the curve",
            agreement with { Point = point => IdentityCases.Flip(point, 40) });
        yield return For(NotForYou, "elliptic-point-compressed", "the sender's point is compressed",
            agreement with { Point = point => [(byte)(2 + (point[^1] & 1)), .. point[1..33]] });
        yield return For(NotForYou, "elliptic-point-at-infinity", "the sender's point is that at infinity",
            agreement with { Point = _ => [0] });
        yield return For(NotForYou, "elliptic-point-of-another-curve", "the sender's point is on P-384",
            new AgreementRecipient(shop.Keys.Dave) { Point = _ => [4, .. new byte[96]] });
        yield return For(Envelope, "elliptic-key-derivation-sha1", "the key derivation is of SHA-1",
            agreement with { Scheme = AgreementRecipient.Sha1Scheme });
        yield return For(Envelope, "elliptic-aes-128-wrap", "the key is wrapped by AES-128",
            agreement with { Wrap = "2.16.840.1.101.3.4.1.5" });
        yield return For(Envelope, "elliptic-short-wrapped-key", "the wrapped key has 24 bytes, of a key of 16",
            agreement with { WrappedLength = 24 });
        yield return For(Envelope, "elliptic-two-recipients-in-one", "one sender's key for two recipients",
            agreement with { Keys = 2 });
        yield return For(Envelope, "elliptic-no-recipient-in-one", "a sender's key for nobody",
            agreement with { Keys = 0 });

        Vector For(string expect, string name, string comment, AgreementRecipient recipient) => new(
            expect, name, comment, () => shop.Sign(
                (shop.Enveloped with { Recipients = [], FurtherRecipients = [recipient.Encode()] }).Encode()))
        { Identity = "dave" };
    }
}
