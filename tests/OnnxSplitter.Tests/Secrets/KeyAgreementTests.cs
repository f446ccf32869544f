using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Cms;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Envelope.Recipients;
using OnnxSplitter.Secrets.Keys;
using static OnnxSplitter.Tests.Secrets.TestKeys;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>Elliptic recipients: what of it is not the platform's.</summary>
public sealed class KeyAgreementTests
{
    [Theory]
    [InlineData("ecdh_secp256r1_ecpoint", CmsNames.P256)]
    [InlineData("ecdh_secp384r1_ecpoint", CmsNames.P384)]
    public void Points_are_decoded_or_refused_as_Wycheproof_says(string file, string oid)
    {
        var curve = EllipticCurve.Named(oid)!;
        var accepted = 0;
        foreach (var (_, test) in Wycheproof.Read(file))
        {
            byte[]? shared = null;
            try
            {
                using var own = PrivateKey(oid, test.Hex("private"), curve.FieldBytes);
                using var other = curve.Decode(test.Hex("public"));
                shared = own.DeriveRawSecretAgreement(other.PublicKey);
                accepted++;
            }
            catch (CryptographicException)
            {
                // Refused: the answer to all that is invalid, and to compressed points.
            }

            var valid = test.Is("valid") && !test.Has("CompressedPoint");
            Assert.True(valid == shared is not null, test.Name());
            if (valid) Assert.Equal(test.Hex("shared"), shared);
        }

        Assert.True(accepted > 10);
    }

    [Fact]
    public void Keys_are_wrapped_and_unwrapped_as_Wycheproof_says()
    {
        foreach (var (_, test) in Wycheproof.Read("aes_wrap"))
        {
            var (key, plain, wrapped) = (test.Hex("key"), test.Hex("msg"), test.Hex("ct"));
            if (!test.Is("valid"))
            {
                Assert.True(KeyWrap.Unwrap(key, wrapped) is null, test.Name());
                continue;
            }

            Assert.Equal(plain, KeyWrap.Unwrap(key, wrapped));
            Assert.Equal(wrapped, KeyWrap.Wrap(key, plain));
        }
    }

    [Fact]
    public void A_recipient_opens_what_was_sealed_for_it_alone()
    {
        var contentKey = RandomNumberGenerator.GetBytes(SealedKey.ContentKeyBytes);
        using var dora = Identity.Of(Dora);
        using var other = Identity.Of(EllipticSigner);
        using var otherCurve = Identity.Of(Emil);
        var sealedKey = SealedKey.Seal(Dora, contentKey);

        Assert.Equal("EC P-256", sealedKey.Kind);
        Assert.Equal(contentKey, sealedKey.Open(dora));
        Assert.Null(sealedKey.Open(other));
        Assert.ThrowsAny<CryptographicException>(() => sealedKey.Open(otherCurve));
        Assert.NotEqual(sealedKey.Encoded.ToArray(), SealedKey.Seal(Dora, contentKey).Encoded.ToArray());
    }

    // Some readers open no ECDH without it; the wrapping key is derived from it (RFC 5753, section 7.2).
    [Fact]
    public void Keying_material_goes_with_the_key_and_into_its_derivation()
    {
        using var emil = Identity.Of(Emil);
        var contentKey = RandomNumberGenerator.GetBytes(SealedKey.ContentKeyBytes);
        var sealedKey = KeyAgreement.Seal(Emil, EllipticCurve.Of(Emil)!, contentKey);

        var read = KeyAgreement.Read(sealedKey.Encoded);

        Assert.Equal(32, read.Material!.Value.Length);
        Assert.Equal(contentKey, read.Open(emil));
        Assert.Null((read with { Material = null }).Open(emil));
        Assert.Null((read with { Material = new byte[32] }).Open(emil));
        Assert.NotEqual(
            read.Material.Value.ToArray(),
            KeyAgreement.Seal(Emil, EllipticCurve.Of(Emil)!, contentKey).Material!.Value.ToArray());
    }

    [Fact]
    public void A_key_that_may_only_sign_is_no_recipient()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=signs only", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        using var certificate =
            request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        Assert.Throws<CertificateException>(() => SecretsEnvelope.Seal(SampleSecrets.Of(), Signer, [certificate]));
        SecretsEnvelope.Seal(SampleSecrets.Of(), certificate, [Dora]);
    }

    // The vectors hold the scalar as a signed integer.
    private static ECDiffieHellman PrivateKey(string oid, byte[] scalar, int length)
    {
        var d = new byte[length];
        var significant = scalar.AsSpan().TrimStart((byte)0);
        significant.CopyTo(d.AsSpan(length - significant.Length));
        return ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.CreateFromValue(oid), D = d });
    }
}
