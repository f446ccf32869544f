using System.Formats.Asn1;
using System.Numerics;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Secrets.Vectors;
using OnnxSplitter.Vectors.Cms;
using OnnxSplitter.Vectors.Samples;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>What docs/format.md, <em>Two spellings</em>, lists opens in both; everything else has one form.</summary>
public sealed class TwoSpellingsTests
{
    // FIPS 186-5 and SP 800-186, section 3.2.1.3.
    private static readonly BigInteger OrderOfP256 = BigInteger.Parse(
        "00FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
        System.Globalization.NumberStyles.HexNumber,
        System.Globalization.CultureInfo.InvariantCulture);

    private static readonly Workshop Shop = new(VectorFile.Folder);

    [Fact]
    public void An_ecdsa_signature_verifies_with_either_s()
    {
        var low = Signed(new Signer(Shop.Keys.EllipticVendor) { Signature = value => With(value, high: false) });
        var high = Signed(new Signer(Shop.Keys.EllipticVendor) { Signature = value => With(value, high: true) });

        Assert.NotEqual(low, high);
        Assert.Equal(Payload(low, "vendor-p256"), Payload(high, "vendor-p256"));
    }

    [Fact]
    public void A_hash_and_rsa_are_named_with_null_parameters_or_with_none()
    {
        var usual = Payload(Signed(Shop.Signer), "vendor");
        byte[][] digests = [Der.Algorithm(Names.Sha256, withNull: true)];

        Assert.Equal(usual, Payload(Signed(Shop.Signer with { WithNull = true }), "vendor"));
        Assert.Equal(usual, Payload(Signed(Shop.Signer with { WithNull = false }), "vendor"));
        Assert.Equal(
            usual,
            Payload(new Signed(Shop.Content) { Signers = [Shop.Signer], Digests = digests }.Encode(), "vendor"));
    }

    private static byte[] Signed(Signer signer) => new Signed(Shop.Content) { Signers = [signer] }.Encode();

    private static byte[] Payload(byte[] file, string signer)
    {
        using var alice = Identity.Of(VectorFile.Key("alice"));
        var trusted = TrustedSigner.Pinned(TestKeys.PublicPart(VectorFile.Key(signer)));
        return EnvelopeSignature.ReadTrusted(file, trusted).Enveloped.Decrypt([alice])!;
    }

    /// <summary>The signature (r, s) or (r, n - s), whichever has the higher or the lower of the two.</summary>
    private static byte[] With(byte[] signature, bool high)
    {
        var pair = new AsnReader(signature, AsnEncodingRules.DER).ReadSequence();
        var (r, s) = (pair.ReadInteger(), pair.ReadInteger());
        if (s > OrderOfP256 / 2 != high) s = OrderOfP256 - s;
        return Der.Of(writer =>
        {
            using var sequence = writer.PushSequence();
            writer.WriteInteger(r);
            writer.WriteInteger(s);
        });
    }
}
