namespace OnnxSplitter.Vectors.Cms;

/// <summary>A SignedData (RFC 5652, section 5) in its ContentInfo, each part of which can be made wrong.</summary>
internal sealed record Signed(byte[] Content)
{
    public required IReadOnlyList<Signer> Signers { get; init; }

    public string Type { get; init; } = Names.SignedData;

    public int Version { get; init; } = 3;

    /// <summary>Encoded digest algorithms; null for the one of every signer.</summary>
    public byte[][]? Digests { get; init; }

    public string ContentType { get; init; } = Names.EnvelopedData;

    /// <summary>Whether the content stands inside.</summary>
    public bool Attached { get; init; } = true;

    /// <summary>The content's octet string; null for the usual encoding.</summary>
    public byte[]? Octets { get; init; }

    /// <summary>Encoded certificates; null for those of the signers, empty for no such field.</summary>
    public IReadOnlyList<byte[]>? Certificates { get; init; }

    /// <summary>An encoded revocation list.</summary>
    public byte[]? Revocations { get; init; }

    public byte[] Encode()
    {
        var certificates = Certificates ?? [.. Signers.Select(signer => signer.Certificate.RawData)];
        var octets = Octets ?? Der.Of(writer => writer.WriteOctetString(Content));
        byte[] inner =
        [
            .. Der.Of(writer => writer.WriteInteger(Version)),
            .. Set(0x31, Digests ?? [.. Signers.Select(signer => Der.Algorithm(signer.Digest))
                .DistinctBy(Convert.ToHexString, StringComparer.Ordinal)]),
            .. Der.Sequence(
                Der.Of(writer => writer.WriteObjectIdentifier(ContentType)), Attached ? Der.Tlv(0xA0, octets) : []),
            .. certificates.Count > 0 ? Set(0xA0, [.. certificates]) : [],
            .. Revocations is null ? [] : Set(0xA1, [Revocations]),
            .. Set(0x31, [.. Signers.Select(signer => signer.Encode(Content))]),
        ];
        return Der.Sequence(
            Der.Of(writer => writer.WriteObjectIdentifier(Type)), Der.Tlv(0xA0, Der.Tlv(0x30, inner)));
    }

    // DER: in the order of the encodings.
    private static byte[] Set(byte tag, byte[][] elements) => Der.Tlv(tag,
    [
        .. elements.Order(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
            .SelectMany(element => element),
    ]);
}
