using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;
using static OnnxSplitter.Tests.Secrets.TestKeys;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>Files that are refused before anything in them is decrypted.</summary>
public sealed class UntrustedSecretsTests
{
    private static readonly byte[] Payload = ModelSecretsCodec.Encode(SampleSecrets.Of());
    private static readonly byte[] Sealed = SecretsEnvelope.Seal(SampleSecrets.Of(), Signer, [Alice]);

    [Theory]
    [InlineData(nameof(Signer), false)]
    [InlineData(nameof(Signer), true)]
    [InlineData(nameof(EllipticSigner), false)]
    [InlineData(nameof(P384Signer), false)]
    public void Every_flipped_bit_is_not_trusted(string key, bool pss)
    {
        var signer = Named(key);
        using var identity = Identity.Of(signer);
        var file = SecretsEnvelope.Seal(SampleSecrets.Of(), identity, [Alice, Dora], new SealOptions { Pss = pss });
        for (var bit = 0; bit < file.Length * 8; bit += 7)
        {
            var flipped = file.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            NotTrusted(flipped, signer, Alice);
        }
    }

    [Fact]
    public void A_cut_or_lengthened_file_is_not_trusted()
    {
        NotTrusted([.. Sealed, 0]);
        NotTrusted([.. Sealed, .. Sealed]);
        for (var length = 0; length < Sealed.Length; length += 13)
            NotTrusted(Sealed[..length]);
    }

    [Fact]
    public void Indefinite_length_is_not_trusted()
    {
        Assert.Equal([0x30, 0x82], Sealed[..2]);
        NotTrusted([0x30, 0x80, .. Sealed[4..], 0, 0]);
        NotTrusted([0x30, 0x83, 0, .. Sealed[2..]]);
    }

    [Fact]
    public void A_file_over_the_limit_is_not_trusted() =>
        NotTrusted(new byte[SecretsEnvelope.MaxLength + 1]);

    [Fact]
    public void Another_signer_of_the_same_name_is_not_trusted()
    {
        NotTrusted(Sealed, OtherSigner, Alice);
        NotTrusted(SecretsEnvelope.Seal(SampleSecrets.Of(), OtherSigner, [Alice]));
    }

    [Fact]
    public void The_trusted_certificate_beside_a_foreign_signature_is_not_trusted()
    {
        var content = ForeignEnvelope.Encrypt(Payload, Alice);
        NotTrusted(ForeignEnvelope.Sign(content, OtherSigner, change: by =>
        {
            by.IncludeOption = X509IncludeOption.None;
            by.Certificates.Add(PublicPart(Signer));
        }).Encode());
        NotTrusted(ForeignEnvelope.Sign(
            content, OtherSigner, change: by => by.Certificates.Add(PublicPart(Signer))).Encode());
    }

    [Fact]
    public void Forms_that_sealing_does_not_give_are_not_trusted_even_if_signed()
    {
        var content = ForeignEnvelope.Encrypt(Payload, Alice);
        var accepted = ForeignEnvelope.Sign(content).Encode();
        SecretsEnvelope.Open(accepted, Signer, Alice).Dispose();

        // Signed, but not encrypted.
        NotTrusted(ForeignEnvelope.Sign(Payload, type: "1.2.840.113549.1.7.1").Encode());
        NotTrusted(ForeignEnvelope.Sign(content, type: "1.2.840.113549.1.7.1").Encode());

        // Encrypted, but not signed.
        NotTrusted(content);

        // Another digest, further attributes, no time, a second signer.
        NotTrusted(ForeignEnvelope.Sign(
            content, change: by => by.DigestAlgorithm = new Oid("1.3.14.3.2.26")).Encode());
        NotTrusted(ForeignEnvelope.Sign(
            content, change: by => by.SignedAttributes.Add(new Pkcs9DocumentName("x"))).Encode());
        NotTrusted(ForeignEnvelope.Sign(
            content, change: by => by.SignedAttributes.Remove(by.SignedAttributes[0])).Encode());
        NotTrusted(ForeignEnvelope.Sign(
            content, change: by => by.UnsignedAttributes.Add(new Pkcs9SigningTime(DateTime.UtcNow))).Encode());
        var two = ForeignEnvelope.Sign(content);
        two.ComputeSignature(new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, OtherSigner));
        NotTrusted(two.Encode());
    }

    [Fact]
    public void What_is_encrypted_in_another_way_is_not_trusted_even_if_signed()
    {
        byte[][] contents =
        [
            ForeignEnvelope.Encrypt(Payload, Alice, RSAEncryptionPadding.Pkcs1),
            ForeignEnvelope.Encrypt(Payload, Alice, RSAEncryptionPadding.OaepSHA1),
            ForeignEnvelope.Encrypt(Payload, Alice, cipher: ForeignEnvelope.Aes128),
            [.. ForeignEnvelope.Encrypt(Payload, Alice), 0],
            [1, 2, 3],
        ];
        foreach (var content in contents) NotTrusted(ForeignEnvelope.Sign(content).Encode());
    }

    [Fact]
    public void The_signers_certificate_was_valid_at_the_signed_time()
    {
        var content = ForeignEnvelope.Encrypt(Payload, Alice);
        var (from, to) = (Signer.NotBefore.ToUniversalTime(), Signer.NotAfter.ToUniversalTime());
        foreach (var time in new[] { from, to })
            SecretsEnvelope.Open(ForeignEnvelope.Sign(content, time: time).Encode(), Signer, Alice).Dispose();
        foreach (var time in new[] { from.AddSeconds(-1), to.AddSeconds(1) })
            NotTrusted(ForeignEnvelope.Sign(content, time: time).Encode());
    }

    private static void NotTrusted(byte[] file) => NotTrusted(file, Signer, Alice);

    private static void NotTrusted(byte[] file, X509Certificate2 signer, X509Certificate2 identity)
    {
        var e = Assert.Throws<SecretsException>(() => SecretsEnvelope.Open(file, signer, identity));
        Assert.Equal(SecretsFailure.NotTrusted, e.Failure);
        Assert.Null(e.InnerException);
    }
}
