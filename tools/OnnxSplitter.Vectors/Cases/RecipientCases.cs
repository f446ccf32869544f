using System.Security.Cryptography;
using OnnxSplitter.Vectors.Cms;
using OnnxSplitter.Vectors.Samples;
using static OnnxSplitter.Vectors.Samples.Outcome;

namespace OnnxSplitter.Vectors.Cases;

/// <summary>Files whose recipients are not of the forms that a reader accepts.</summary>
internal static class RecipientCases
{
    private const int TooMany = 10_000;

    public static IEnumerable<Vector> Of(Workshop shop)
    {
        var keys = shop.Keys;
        yield return new(Envelope, "no-recipients", "an empty set of recipients", () =>
            With(x => x with { Recipients = [] }));
        yield return new(Envelope, "ten-thousand-recipients", "ten times as many recipients as there may be",
            () => With(x => x with { FurtherRecipients = SuccessCases.Strangers(TooMany) }));
        yield return new(Envelope, "one-recipient-too-many", "1001 recipients",
            () => With(x => x with { FurtherRecipients = SuccessCases.Strangers(1000) }));
        yield return new(Envelope, "unsorted-recipients", "the set of recipients is not in DER's order",
            () => With(x => x with { Recipients = [new(keys.Alice), new(keys.Bob)], Sorted = false }));
        yield return new(Envelope, "pkcs1-recipient", "a recipient by RSA PKCS#1 v1.5",
            () => One(x => x with { Padding = RSAEncryptionPadding.Pkcs1 }));
        yield return new(Envelope, "pkcs1-recipient-beside-another", "a good recipient, and one by RSA PKCS#1 v1.5",
            () => With(x => x with
            {
                Recipients = [new(keys.Alice), new(keys.Bob) { Padding = RSAEncryptionPadding.Pkcs1 }],
            }));
        yield return new(Envelope, "oaep-without-parameters", "OAEP with SHA-1 by omission",
            () => One(x =>
                x with { Algorithm = Der.Algorithm(Names.RsaOaep), Padding = RSAEncryptionPadding.OaepSHA1 }));
        yield return new(Envelope, "oaep-mask-sha1", "OAEP with SHA-256 whose mask is of SHA-1",
            () => One(x => x with { Algorithm = Recipient.Oaep(Names.Sha256, Names.Sha1) }));
        yield return new(Envelope, "oaep-label", "OAEP with a label",
            () => One(x => x with { Algorithm = Recipient.Oaep(Names.Sha256, Names.Sha256, label: [1, 2, 3]) }));
        yield return new(Envelope, "recipient-version-0", "a recipient of version 0 with a key identifier", () =>
            One(x => x with { Version = 0 }));
        yield return new(Envelope, "recipient-version-2", "a recipient of version 2 with an issuer's name",
            () => One(x => x with { Version = 2, ByIssuer = true }));
        yield return new(Envelope, "password-recipient", "whoever knows a password could open it",
            () => With(x => x with { FurtherRecipients = [Der.Tlv(0xA3, Der.Content(Password()))] }));
        yield return new(Envelope, "key-encryption-key-recipient", "whoever has a symmetric key could open it",
            () => With(x => x with { FurtherRecipients = [Der.Tlv(0xA2, Der.Content(KeyEncryptionKey()))] }));
        yield return new(Envelope, "other-recipient", "a recipient of a kind that the format does not have",
            () => With(x =>
                x with { FurtherRecipients = [Der.Tlv(0xA4, Der.Content(Der.Algorithm("1.2.3.4", withNull: true)))] }));

        byte[] With(Func<Enveloped, Enveloped> change) => shop.Sign(change(shop.Enveloped).Encode());

        byte[] One(Func<Recipient, Recipient> change) =>
            With(x => x with { Recipients = [change(new Recipient(keys.Alice))] });
    }

    // RFC 5652, section 6.2.4.
    private static byte[] Password() => Der.Of(writer =>
    {
        using var info = writer.PushSequence();
        writer.WriteInteger(0);
        writer.WriteEncodedValue(Der.Algorithm(Names.Aes256Wrap));
        writer.WriteOctetString(new byte[40]);
    });

    // RFC 5652, section 6.2.3.
    private static byte[] KeyEncryptionKey() => Der.Of(writer =>
    {
        using var info = writer.PushSequence();
        writer.WriteInteger(4);
        using (writer.PushSequence()) writer.WriteOctetString([1, 2, 3, 4]);
        writer.WriteEncodedValue(Der.Algorithm(Names.Aes256Wrap));
        writer.WriteOctetString(new byte[40]);
    });
}
