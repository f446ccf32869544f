using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets.Cms;
using OnnxSplitter.Secrets.Keys;
using static OnnxSplitter.Secrets.Cms.DerReading;

namespace OnnxSplitter.Secrets.Envelope.Recipients;

/// <summary>
/// A content key wrapped with a key that ECDH agrees on: KeyAgreeRecipientInfo (RFC 5652, section 6.2.2; RFC 5753,
/// section 3.1), with one recipient and a sender's key of its own.
/// </summary>
/// <param name="Address">Whose key opens it.</param>
/// <param name="Curve">The curve, if the originator names it; else it is the recipient's.</param>
/// <param name="OriginatorKey">The sender's ephemeral public key, uncompressed.</param>
/// <param name="Material">
/// User keying material, if there is any. Sealing gives some, which RFC 5753, section 3.1.1, wants of senders and some
/// readers can't do without; that each sealing has another wrapping key, the ephemeral key sees to already.
/// </param>
/// <param name="Scheme">The key agreement.</param>
/// <param name="WrappedKey">The content key in AES-256 key wrap.</param>
/// <param name="Encoded">Its DER.</param>
internal sealed record KeyAgreement(
    RecipientAddress Address,
    string? Curve,
    ReadOnlyMemory<byte> OriginatorKey,
    ReadOnlyMemory<byte>? Material,
    KeyAgreementScheme Scheme,
    ReadOnlyMemory<byte> WrappedKey,
    ReadOnlyMemory<byte> Encoded)
    : SealedKey(Address, Encoded)
{
    private const int RecipientVersion = 3;

    // No less than the wrapping key has.
    private const int MaterialBytes = 32;

    // The content key and eight bytes (RFC 3394, section 2.2.1).
    private const int WrappedKeyBytes = ContentKeyBytes + 8;

    /// <summary>How a RecipientInfo says that it is of this kind.</summary>
    public static Asn1Tag Tag { get; } = Context(1);

    /// <inheritdoc/>
    public override int Version => RecipientVersion;

    /// <inheritdoc/>
    public override string Kind => $"EC P-{OriginatorKey.Length / 2 * 8}";

    /// <summary>Seals a content key.</summary>
    public static KeyAgreement Seal(X509Certificate2 recipient, EllipticCurve curve, ReadOnlySpan<byte> contentKey)
    {
        using var recipientKey = recipient.GetECDiffieHellmanPublicKey()!;
        using var ephemeral = curve.NewKey();
        var material = RandomNumberGenerator.GetBytes(MaterialBytes);
        var wrappingKey = curve.Scheme.Derive(ephemeral, recipientKey.PublicKey, material);
        try
        {
            var info = new KeyAgreement(
                RecipientAddress.Of(recipient), Curve: null,
                curve.Encode(ephemeral.ExportParameters(includePrivateParameters: false).Q), material, curve.Scheme,
                KeyWrap.Wrap(wrappingKey, contentKey), Encoded: default);
            return info with { Encoded = info.Write() };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wrappingKey);
        }
    }

    /// <summary>Reads the form that sealing gives, and OpenSSL's.</summary>
    /// <exception cref="AsnContentException">It is another form.</exception>
    public static KeyAgreement Read(ReadOnlyMemory<byte> encoded)
    {
        var info = Whole(encoded).ReadSequence(Tag);
        Expect(info.TryReadInt32(out var version) && version == RecipientVersion);
        var (curve, originator) = ReadOriginator(info.ReadExplicitSequence(0, Context(1)));
        ReadOnlyMemory<byte>? material = null;
        if (info.PeekTag().HasSameClassAndValue(Context(1)))
        {
            var wrapper = info.ReadSequence(Context(1));
            material = wrapper.ReadOctets();
            wrapper.ThrowIfNotEmpty();
        }

        var scheme = ReadScheme(info.ReadSequence());
        var keys = info.ReadSequence();
        info.ThrowIfNotEmpty();
        var key = keys.ReadSequence();
        keys.ThrowIfNotEmpty();
        var address = ReadAddress(key);
        var wrapped = key.ReadOctets();
        Expect(wrapped.Length == WrappedKeyBytes);
        key.ThrowIfNotEmpty();
        return new KeyAgreement(address, curve, originator, material, scheme, wrapped, encoded);
    }

    /// <inheritdoc/>
    public override byte[]? Open(Identity identity)
    {
        if (identity.Agreement is not { } own || EllipticCurve.Of(identity.Certificate) is not { } curve) return null;
        if (Curve is not null && Curve != curve.Oid) return null;
        using var originator = curve.Decode(OriginatorKey.Span);
        var wrappingKey = Scheme.Derive(own, originator.PublicKey, Material);
        try
        {
            return KeyWrap.Unwrap(wrappingKey, WrappedKey.Span);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wrappingKey);
        }
    }

    private byte[] Write()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence(Tag))
        {
            writer.WriteInteger(RecipientVersion);
            using (writer.PushSequence(Context(0)))
            using (writer.PushSequence(Context(1)))
            {
                using (writer.PushSequence()) writer.WriteObjectIdentifier(CmsNames.EcPublicKey);
                writer.WriteBitString(OriginatorKey.Span);
            }

            if (Material is { } material)
            {
                using (writer.PushSequence(Context(1))) writer.WriteOctetString(material.Span);
            }

            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Scheme.Oid);
                using (writer.PushSequence()) writer.WriteObjectIdentifier(CmsNames.Aes256Wrap);
            }

            using (writer.PushSequence())
            using (writer.PushSequence())
            {
                WriteAddress(writer);
                writer.WriteOctetString(WrappedKey.Span);
            }
        }

        return writer.Encode();
    }

    private void WriteAddress(AsnWriter writer)
    {
        if (Address.Name is { } name)
        {
            name.Write(writer);
            return;
        }

        using (writer.PushSequence(Context(0))) writer.WriteOctetString(Address.KeyIdentifierBytes);
    }

    private static RecipientAddress ReadAddress(AsnReader key)
    {
        if (!key.PeekTag().HasSameClassAndValue(Context(0)))
            return new RecipientAddress(KeyIdentifier: null, IssuerAndSerial.Read(key));
        var identifier = key.ReadSequence(Context(0));
        var address = new RecipientAddress(Convert.ToHexString(identifier.ReadOctets().Span), Name: null);
        identifier.ThrowIfNotEmpty();
        return address;
    }

    // The curve may be absent, NULL or named (RFC 5753, section 3.1.1).
    private static (string? Curve, ReadOnlyMemory<byte> Point) ReadOriginator(AsnReader originator)
    {
        var algorithm = originator.ReadSequence();
        Expect(algorithm.ReadObjectIdentifier() == CmsNames.EcPublicKey);
        string? curve = null;
        if (algorithm.HasData && algorithm.PeekTag() == Asn1Tag.Null) algorithm.ReadNull();
        else if (algorithm.HasData) curve = algorithm.ReadObjectIdentifier();
        algorithm.ThrowIfNotEmpty();
        var point = originator.ReadBitString(out var unused);
        Expect(unused == 0);
        originator.ThrowIfNotEmpty();
        return (curve, point);
    }

    // AES key wrap has no parameters (RFC 3565, section 2.3.2), and they are part of what the key is derived from.
    private static KeyAgreementScheme ReadScheme(AsnReader algorithm)
    {
        var scheme = KeyAgreementScheme.Named(algorithm.ReadObjectIdentifier());
        var wrap = algorithm.ReadSequence();
        algorithm.ThrowIfNotEmpty();
        Expect(wrap.ReadObjectIdentifier() == CmsNames.Aes256Wrap);
        wrap.ThrowIfNotEmpty();
        return scheme ?? throw new AsnContentException();
    }
}
