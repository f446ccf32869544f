using System.Security.Cryptography;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Payload;
using OnnxSplitter.Vectors.Cms;
using OnnxSplitter.Vectors.Samples;
using static OnnxSplitter.Vectors.Samples.Outcome;

namespace OnnxSplitter.Vectors.Cases;

/// <summary>Files that open, for ever.</summary>
internal static class SuccessCases
{
    private const int MaxRecipients = 1000;

    public static IEnumerable<Vector> Of(Workshop shop)
    {
        var (keys, model) = (shop.Keys, shop.Model);
        yield return new(Success, "one-recipient", "an RSA signer, one RSA recipient", () => shop.File);
        yield return new(Success, "sealed-by-onnxsplit", "made by this project's own writer", () =>
        {
            using var secrets = ModelSecretsCodec.Decode(model.Payload);
            return SecretsEnvelope.Seal(secrets, keys.Vendor, [keys.Alice, keys.Bob]);
        });
        yield return new(Success, "made-by-openssl", "made by openssl cms -encrypt and -sign",
            () => OpenSsl.Seal(model.Payload, keys.Vendor, keys.Alice));
        yield return new(Success, "ecdsa-p256-signer", "a signer with an elliptic key",
            () => new Signed(shop.Content) { Signers = [new Signer(keys.EllipticVendor)] }.Encode())
        { Signer = "vendor-p256" };
        yield return new(Success, "three-recipients", "the identity is neither the first nor the last",
            () => shop.Sign((shop.Enveloped with
            {
                Recipients =
                    [new Recipient(keys.Alice), new Recipient(keys.Bob), new Recipient(keys.Carol) { ByIssuer = true }],
            }).Encode()))
        { Identity = "bob" };
        yield return new(Success, "by-issuer-and-serial", "a recipient whose certificate has no key identifier",
            () => shop.Sign((shop.Enveloped with { Recipients = [new Recipient(keys.Carol) { ByIssuer = true }] })
                .Encode()))
        { Identity = "carol" };
        yield return new(Success, "addressed-by-issuer-though-identifier", "both ways of naming a recipient are good",
            () => shop.Sign((shop.Enveloped with { Recipients = [new Recipient(keys.Alice) { ByIssuer = true }] })
                .Encode()));
        yield return new(Success, "one-thousand-recipients", "as many as there may be",
            () => shop.Sign((shop.Enveloped with { FurtherRecipients = Strangers(MaxRecipients - 1) }).Encode()));
        yield return new(Success, "compact", "one value for all weights; no certificate in the file",
            () => shop.Of(model.CompactPayload, compact: true));
        yield return new(Success, "null-parameters-of-digest", "SHA-256 may be named with NULL parameters, RSA without",
            () => new Signed(shop.Content)
            {
                Signers = [shop.Signer with { WithNull = false }],
                Digests = [Der.Algorithm(Names.Sha256, withNull: true)],
            }.Encode());
        yield return new(Success, "null-parameters-of-oaep", "the hashes of OAEP may be named with NULL parameters",
            () => shop.Sign((shop.Enveloped with
            {
                Recipients =
                [
                    new Recipient(keys.Alice) { Algorithm =
                        Recipient.Oaep(Names.Sha256, Names.Sha256, withNull: true) },
                ],
            }).Encode()));
        yield return new(Success, "signed-before-expiry", "the signer's certificate has expired since",
            () => new Signed(shop.Content)
            {
                Signers = [
                    new Signer(keys.ExpiredVendor) { Time = new DateTimeOffset(2021, 6, 1, 0, 0, 0, TimeSpan.Zero) }],
            }.Encode())
        { Signer = "vendor-expired" };
        yield return new(Success, "signed-in-2050", "times from 2050 on are GeneralizedTime",
            () => shop.SignedBy(shop.Signer with { Time = new DateTimeOffset(2050, 1, 1, 0, 0, 0, TimeSpan.Zero) }));
    }

    /// <summary>RecipientInfos of keys that nobody has.</summary>
    public static IReadOnlyList<byte[]> Strangers(int count)
    {
        var algorithm = Recipient.Oaep(Names.Sha256, Names.Sha256);
        return [.. Enumerable.Range(0, count).Select(i => Der.Of(writer =>
        {
            using var info = writer.PushSequence();
            writer.WriteInteger(2);
            writer.WriteOctetString(IdentifierOf(i), Der.Context(0, constructed: false));
            writer.WriteEncodedValue(algorithm);
            writer.WriteOctetString(new byte[256]);
        }))];
    }

    // A key identifier is 20 bytes, whichever.
    private static byte[] IdentifierOf(int i) => SHA256.HashData(BitConverter.GetBytes(i))[..20];
}
