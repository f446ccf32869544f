using System.Security.Cryptography;
using OnnxSplitter.Vectors.Cms;
using OnnxSplitter.Vectors.Samples;
using static OnnxSplitter.Vectors.Samples.Outcome;

namespace OnnxSplitter.Vectors.Cases;

/// <summary>Good signatures over what the identity can't decrypt.</summary>
internal static class IdentityCases
{
    public static IEnumerable<Vector> Of(Workshop shop)
    {
        var (keys, model) = (shop.Keys, shop.Model);
        yield return new(NotForYou, "other-identity", "sealed to Alice, tried with Bob's key", () => shop.File)
        { Identity = "bob" };
        yield return new(NotForYou, "two-other-identities", "sealed to Alice, tried with two other keys", () =>
            shop.File)
        { Identity = "bob carol" };
        yield return new(NotForYou, "identifier-of-another-key", "addressed to Alice, encrypted with Bob's key", () =>
            With(
            new Recipient(keys.Bob) { KeyIdentifier = Recipient.IdentifierOf(keys.Alice) }));
        yield return new(NotForYou, "wrapped-key-altered", "one bit of the encrypted key differs",
            () => With(new Recipient(keys.Alice) { WrappedKey = key => Flip(key, 100) }));
        yield return new(NotForYou, "wrapped-key-cut", "the encrypted key lacks its last byte",
            () => With(new Recipient(keys.Alice) { WrappedKey = key => key[..^1] }));
        yield return new(NotForYou, "wrapped-key-empty", "the encrypted key is empty",
            () => With(new Recipient(keys.Alice) { WrappedKey = _ => [] }));
        yield return new(NotForYou, "wrapped-key-lengthened", "the encrypted key has a zero in front",
            () => With(new Recipient(keys.Alice) { WrappedKey = key => [0, .. key] }));
        yield return new(NotForYou, "pkcs1-padding-under-the-name-of-oaep", "says OAEP, is PKCS#1 v1.5",
            () => With(new Recipient(keys.Alice)
            {
                Padding = RSAEncryptionPadding.Pkcs1,
                Algorithm = Recipient.Oaep(Names.Sha256, Names.Sha256),
            }));
        yield return new(NotForYou, "oaep-sha1-under-the-name-of-sha256", "says OAEP with SHA-256, is with SHA-1",
            () => With(new Recipient(keys.Alice)
            {
                Padding = RSAEncryptionPadding.OaepSHA1,
                Algorithm = Recipient.Oaep(Names.Sha256, Names.Sha256),
            }));
        yield return new(NotForYou, "short-content-key", "the key that is encrypted has 16 bytes, not 32",
            () => shop.Sign((shop.Enveloped with { KeyLength = 16 }).Encode()));
        yield return new(NotForYou, "odd-content-key", "the key that is encrypted has 31 bytes, not 32",
            () => shop.Sign((shop.Enveloped with { KeyLength = 31 }).Encode()));

        byte[] With(Recipient recipient) =>
            shop.Sign(new Enveloped(model.Payload) { Recipients = [recipient] }.Encode());
    }

    public static byte[] Flip(byte[] bytes, int index)
    {
        bytes[index] ^= 1;
        return bytes;
    }
}
