using System.Security.Cryptography;
using System.Text;
using OnnxSplitter.Vectors.Cms;
using OnnxSplitter.Vectors.Samples;
using static OnnxSplitter.Vectors.Samples.Outcome;
using Attribute = OnnxSplitter.Vectors.Cms.Attribute;

namespace OnnxSplitter.Vectors.Cases;

/// <summary>Files that are no secrets file of the one form, whoever signed them.</summary>
internal static class EnvelopeCases
{
    private const int Gigabyte = 1 << 30;
    private const byte OctetString = 0x04;
    private const byte ConstructedOctetString = 0x24;
    private const byte SequenceTag = 0x30;

    public static IEnumerable<Vector> Of(Workshop shop) =>
        [.. Bytes(shop), .. SignedForms(shop), .. EnvelopedForms(shop)];

    private static IEnumerable<Vector> Bytes(Workshop shop)
    {
        yield return new(Envelope, "nothing", "an empty file", () => []);
        yield return new(Envelope, "text", "not DER at all", () => "Content-Type: text/plain\n\nhello\n"u8.ToArray());
        yield return new(Envelope, "pem", "base64 between PEM's lines, of a good file", () => Encoding.ASCII.GetBytes(
            PemEncoding.WriteString("CMS", shop.File)));
        yield return new(Envelope, "trailing-byte", "one more byte", () => [.. shop.File, 0]);
        yield return new(Envelope, "twice", "a good file, twice", () => [.. shop.File, .. shop.File]);
        yield return new(Envelope, "cut", "the last byte is missing", () => shop.File[..^1]);
        yield return new(Envelope, "half", "the second half is missing", () => shop.File[..1000]);
        yield return new(Envelope, "indefinite-length", "BER: the outermost length is indefinite", () =>
            Der.Indefinite(shop.File));
        yield return new(Envelope, "long-length", "BER: the outermost length has a needless byte", () =>
            Der.LongLength(shop.File));
        yield return new(Envelope, "gigabyte-outermost", "the outermost length says 1 GB",
            () => Der.TlvOfLength(SequenceTag, Gigabyte, Der.Content(shop.File)));
        yield return new(Envelope, "gigabyte-content", "the content's length says 1 GB",
            () => WithOctets(shop, content => Der.TlvOfLength(OctetString, Gigabyte, content)));
        yield return new(Envelope, "deep", "100 000 sequences of indefinite length, one in the other",
            () => [.. Enumerable.Repeat<byte[]>([SequenceTag, 0x80], 100_000).SelectMany(pair => pair)]);
    }

    private static IEnumerable<Vector> SignedForms(Workshop shop)
    {
        yield return new(Envelope, "constructed-content", "BER: the content's octet string is in two pieces",
            () => WithOctets(shop, content => Der.Tlv(ConstructedOctetString,
                [.. Der.Tlv(OctetString, content[..100]), .. Der.Tlv(OctetString, content[100..])])));
        yield return new(Envelope, "detached", "the content is not in the file",
            () => new Signed(shop.Content) { Signers = [shop.Signer], Attached = false }.Encode());
        yield return new(Envelope, "empty-content", "the content is empty", () => shop.Sign([]));
        yield return new(Envelope, "not-encrypted", "the payload itself, signed",
            () => new Signed(shop.Model.Payload)
            {
                Signers = [shop.Signer with { Attributes = all => [Attribute.ContentType(Names.Data), .. all[1..]] }],
                ContentType = Names.Data,
            }.Encode());
        yield return new(Envelope, "payload-under-the-name-of-enveloped", "the payload itself, said to be encrypted",
            () => shop.Sign(shop.Model.Payload));
        yield return new(Envelope, "content-of-data", "the content is said to be plain data",
            () => new Signed(shop.Content) { Signers = [shop.Signer], ContentType = Names.Data }.Encode());
        yield return new(Envelope, "not-signed", "encrypted only", () => shop.Content);
        yield return new(Envelope, "signed-in-signed", "a good file, signed again", () => shop.Sign(shop.File));
        yield return new(Envelope, "of-data", "the outermost content type is plain data",
            () => new Signed(shop.Content) { Signers = [shop.Signer], Type = Names.Data }.Encode());
        yield return new(Envelope, "signed-version-1", "SignedData of version 1",
            () => new Signed(shop.Content) { Signers = [shop.Signer], Version = 1 }.Encode());
        yield return new(Envelope, "signer-version-3", "SignerInfo of version 3 with an issuer's name",
            () => shop.SignedBy(shop.Signer with { Version = 3 }));
        yield return new(Envelope, "revocation-list", "a field of revocation lists",
            () => new Signed(shop.Content)
            {
                Signers = [shop.Signer],
                Revocations = Der.Sequence(Der.Sequence()),
            }.Encode());
        yield return new(Envelope, "not-a-certificate", "the certificate is an empty sequence",
            () => new Signed(shop.Content) { Signers = [shop.Signer], Certificates = [Der.Sequence()] }.Encode());
    }

    private static byte[] WithOctets(Workshop shop, Func<byte[], byte[]> octets)
    {
        var content = shop.Content;
        return new Signed(content) { Signers = [shop.Signer], Octets = octets(content) }.Encode();
    }

    private static IEnumerable<Vector> EnvelopedForms(Workshop shop)
    {
        yield return new(Envelope, "inner-trailing-byte", "one more byte after the EnvelopedData", () =>
            shop.Sign([.. shop.Content, 0]));
        yield return new(Envelope, "inner-indefinite-length", "BER: the length of the EnvelopedData is indefinite",
            () => shop.Sign(Der.Indefinite(shop.Content)));
        yield return new(Envelope, "inner-long-length", "BER: the length of the EnvelopedData has a needless byte",
            () => shop.Sign(Der.LongLength(shop.Content)));
        yield return new(Envelope, "inner-gigabyte", "the length of the EnvelopedData says 1 GB",
            () => shop.Sign(Der.TlvOfLength(SequenceTag, Gigabyte, Der.Content(shop.Content))));
        yield return new(Envelope, "inner-type", "the inner content type is SignedData", () =>
            With(x => x with { Type = Names.SignedData }));
        yield return new(Envelope, "enveloped-version-0", "EnvelopedData of version 0 with key identifiers", () =>
            With(x => x with { Version = 0 }));
        yield return new(Envelope, "originator", "an OriginatorInfo, which only says who might have sent it",
            () => With(x => x with { Originator = Der.Tlv(0xA0, []) }));
        yield return new(Envelope, "unprotected-attribute", "an unprotected attribute",
            () => With(x => x with { UnprotectedAttribute = Attribute.Unknown }));
        yield return new(Envelope, "encrypted-type", "what is encrypted is said to be SignedData", () =>
            With(x => x with { ContentType = Names.SignedData }));
        yield return new(Envelope, "aes-128", "AES-128-CBC", () =>
            With(x => x with { Cipher = Names.Aes128Cbc, KeyLength = 16 }));
        yield return new(Envelope, "aes-192", "AES-192-CBC", () =>
            With(x => x with { Cipher = Names.Aes192Cbc, KeyLength = 24 }));
        yield return new(Envelope, "aes-256-gcm", "says AES-256-GCM, which EnvelopedData can't have", () =>
            With(x => x with { Cipher = Names.Aes256Gcm }));
        yield return new(Envelope, "triple-des", "says 3DES", () => With(x => x with { Cipher = Names.TripleDes }));
        yield return new(Envelope, "short-vector", "an initialisation vector of 12 bytes", () =>
            With(x => x with { Vector = v => v[..12] }));
        yield return new(Envelope, "no-ciphertext", "nothing is encrypted", () =>
            With(x => x with { Ciphertext = _ => [] }));
        yield return new(Envelope, "part-of-a-block", "the ciphertext is not whole blocks", () =>
            With(x => x with { Ciphertext = c => c[..^1] }));

        byte[] With(Func<Enveloped, Enveloped> change) => shop.Sign(change(shop.Enveloped).Encode());
    }
}
