using System.Formats.Asn1;
using System.Security.Cryptography;

namespace OnnxSplitter.Vectors.Cms;

/// <summary>An EnvelopedData (RFC 5652, section 6) in its ContentInfo, each part of which can be made wrong.</summary>
internal sealed record Enveloped(byte[] Payload)
{
    public required IReadOnlyList<Recipient> Recipients { get; init; }

    /// <summary>Encoded RecipientInfos that follow those of <see cref="Recipients"/>.</summary>
    public IReadOnlyList<byte[]> FurtherRecipients { get; init; } = [];

    /// <summary>Whether the recipients stand in the order of their encodings, as in DER.</summary>
    public bool Sorted { get; init; } = true;

    public string Type { get; init; } = Names.EnvelopedData;

    public int? Version { get; init; }

    /// <summary>An encoded OriginatorInfo.</summary>
    public byte[]? Originator { get; init; }

    public string ContentType { get; init; } = Names.Data;

    public string Cipher { get; init; } = Names.Aes256Cbc;

    /// <summary>Bytes of the key that recipients get.</summary>
    public int KeyLength { get; init; } = 32;

    /// <summary>What becomes of the initialisation vector that is written.</summary>
    public Func<byte[], byte[]> Vector { get; init; } = vector => vector;

    /// <summary>What becomes of the ciphertext.</summary>
    public Func<byte[], byte[]> Ciphertext { get; init; } = bytes => bytes;

    /// <summary>Encoded unprotected attributes.</summary>
    public byte[]? UnprotectedAttribute { get; init; }

    public byte[] Encode()
    {
        var key = RandomNumberGenerator.GetBytes(KeyLength);
        var vector = RandomNumberGenerator.GetBytes(16);
        using var aes = Aes.Create();
        aes.Key = key.Length is 16 or 24 or 32 ? key : RandomNumberGenerator.GetBytes(32);
        var ciphertext = Ciphertext(aes.EncryptCbc(Payload, vector));
        byte[][] infos = [.. Recipients.Select(recipient => recipient.Encode(key)), .. FurtherRecipients];
        var allByIssuer = Recipients.All(recipient => recipient.ByIssuer) && FurtherRecipients.Count == 0;
        var version = Version ?? (allByIssuer && infos.Length > 0 ? 0 : 2);
        var set = Sorted
            ? Der.Of(writer =>
            {
                using var all = writer.PushSetOf();
                foreach (var info in infos) writer.WriteEncodedValue(info);
            })
            : Der.Tlv(0x31,
                [.. infos.OrderDescending(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
                .SelectMany(info => info)]);
        return Der.Of(writer =>
        {
            using var contentInfo = writer.PushSequence();
            writer.WriteObjectIdentifier(Type);
            using var wrapper = writer.PushSequence(Der.Context(0));
            using var enveloped = writer.PushSequence();
            writer.WriteInteger(version);
            if (Originator is not null) writer.WriteEncodedValue(Originator);
            writer.WriteEncodedValue(set);
            WriteContent(writer, Vector(vector), ciphertext);
            if (UnprotectedAttribute is null) return;
            using var attributes = writer.PushSetOf(Der.Context(1));
            writer.WriteEncodedValue(UnprotectedAttribute);
        }, Sorted ? AsnEncodingRules.DER : AsnEncodingRules.BER);
    }

    private void WriteContent(AsnWriter writer, byte[] vector, byte[] ciphertext)
    {
        using var content = writer.PushSequence();
        writer.WriteObjectIdentifier(ContentType);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Cipher);
            writer.WriteOctetString(vector);
        }

        writer.WriteOctetString(ciphertext, Der.Context(0, constructed: false));
    }
}
