using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;
using static OnnxSplitter.Tests.Secrets.TestKeys;

namespace OnnxSplitter.Tests.Secrets;

public sealed class SecretsEnvelopeTests
{
    private static readonly byte[] Payload = ModelSecretsCodec.Encode(SampleSecrets.Of());
    private static readonly byte[] Sealed = SecretsEnvelope.Seal(SampleSecrets.Of(), Signer, [Alice]);

    [Fact]
    public void Every_recipient_opens_what_was_sealed()
    {
        X509Certificate2[] recipients = [Alice, Bob, WithoutKeyIdentifier, Dora, Emil, EllipticSigner];
        var file = SecretsEnvelope.Seal(SampleSecrets.Of(), Signer, [.. recipients.Select(PublicPart)]);
        foreach (var identity in recipients)
        {
            using var secrets = SecretsEnvelope.Open(file, PublicPart(Signer), identity);
            Assert.Equal(Payload, ModelSecretsCodec.Encode(secrets));
        }
    }

    [Fact]
    public void Identities_are_tried_in_order_until_one_opens()
    {
        var file = SecretsEnvelope.Seal(SampleSecrets.Of(), Signer, [Alice, Emil]);
        using var bob = Identity.Of(Bob);
        using var dora = Identity.Of(Dora);
        using var emil = Identity.Of(Emil);

        SecretsEnvelope.Open(file, Signer, [bob, dora, emil]).Dispose();
        var e = Assert.Throws<SecretsException>(() => SecretsEnvelope.Open(file, Signer, [bob, dora]));
        Assert.Equal(SecretsFailure.NotOpened, e.Failure);
        Assert.Throws<CertificateException>(() => SecretsEnvelope.Open(file, Signer, Array.Empty<Identity>()));
    }

    [Theory]
    [InlineData(nameof(Signer), false, "1.2.840.113549.1.1.1", "2.16.840.1.101.3.4.2.1")]
    [InlineData(nameof(Signer), true, "1.2.840.113549.1.1.10", "2.16.840.1.101.3.4.2.1")]
    [InlineData(nameof(EllipticSigner), false, "1.2.840.10045.4.3.2", "2.16.840.1.101.3.4.2.1")]
    [InlineData(nameof(P384Signer), true, "1.2.840.10045.4.3.3", "2.16.840.1.101.3.4.2.2")]
    public void A_key_signs_as_suits_it(string key, bool pss, string algorithm, string digest)
    {
        using var signer = Identity.Of(Named(key));
        var file = SecretsEnvelope.Seal(SampleSecrets.Of(), signer, [Alice], new SealOptions { Pss = pss });

        var signed = new SignedCms();
        signed.Decode(file);
        Assert.Equal(algorithm, signed.SignerInfos[0].SignatureAlgorithm.Value);
        Assert.Equal(digest, signed.SignerInfos[0].DigestAlgorithm.Value);
        using var secrets = SecretsEnvelope.Open(file, PublicPart(signer.Certificate), Alice);
        Assert.Equal(Payload, ModelSecretsCodec.Encode(secrets));
    }

    [Fact]
    public void Sixteen_changes_in_ten_tensors_take_less_than_5_KB()
    {
        using var key = KeyFiles.Create("owner");
        Assert.InRange(SecretsEnvelope.Seal(SampleSecrets.Of(16, 10), key, [key]).Length, 1, 5 * 1024 - 1);
    }

    [Fact]
    public void More_recipients_than_a_reader_accepts_are_not_written()
    {
        using var secrets = SampleSecrets.Of();
        var e = Assert.Throws<CertificateException>(
            () => SecretsEnvelope.Seal(secrets, Signer, [.. Enumerable.Repeat(Alice, 1001)]));
        Assert.Contains("1001", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_trusted_but_not_opened_is_refused_alike()
    {
        var tampered = ForeignEnvelope.Encrypt(Payload, Alice);
        tampered[^20] ^= 1;
        var padding = ForeignEnvelope.Encrypt(Payload, Alice);
        padding[^1] ^= 0x80;
        byte[][] contents =
        [
            ForeignEnvelope.Encrypt(ModelSecretsCodecTests.Broken(), Alice),
            ForeignEnvelope.Encrypt([1, 2, 3], Alice),
            WithOtherWrappedKey(ForeignEnvelope.Encrypt(Payload, Alice)),
            tampered,
            padding,
        ];

        var refusals = contents
            .Select(content => Refused(SecretsFailure.NotOpened, ForeignEnvelope.Sign(content).Encode()))
            .ToList();

        Assert.Single(refusals.Select(e => (e.Message, e.Remedy)).Distinct());
    }

    [Fact]
    public void Whether_an_identity_is_named_makes_no_other_difference_than_the_names()
    {
        var named = Refused(
            SecretsFailure.NotOpened, ForeignEnvelope.Sign(ForeignEnvelope.Encrypt([1, 2, 3], Alice)).Encode());
        var other = Refused(SecretsFailure.NotOpened, Sealed, Signer, Bob);

        string[] names = [.. new[] { Alice, Bob }.Select(one => $"{one.Subject} ({KeyIdentifier(one)})")];
        Assert.Contains(KeyIdentifier(Alice), other.Message, StringComparison.Ordinal);
        Assert.Equal(named.Message.Replace(names[0], "", StringComparison.Ordinal),
            other.Message.Replace(names[1], "", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_many_recipients_a_refusal_names_a_few()
    {
        X509Certificate2[] recipients = [Alice, WithoutKeyIdentifier, Dora, Emil, EllipticSigner];
        var file = SecretsEnvelope.Seal(SampleSecrets.Of(), Signer, [.. recipients.Select(PublicPart)]);

        var message = Refused(SecretsFailure.NotOpened, file, Signer, Bob).Message;

        Assert.Contains("CN=carol, serial ", message, StringComparison.Ordinal);
        Assert.Contains($"{KeyIdentifier(Dora)} and 2 more; given was", message, StringComparison.Ordinal);
        Assert.DoesNotContain(KeyIdentifier(Emil), message, StringComparison.Ordinal);
    }

    private static string KeyIdentifier(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifier!;

    [Fact]
    public void Certificates_that_cannot_seal_are_refused()
    {
        using var secrets = SampleSecrets.Of();
        Assert.Throws<CertificateException>(() => SecretsEnvelope.Seal(secrets, Signer, []));
        Assert.Throws<CertificateException>(() => SecretsEnvelope.Seal(secrets, Signer, [Weak]));
        Assert.Throws<CertificateException>(() => SecretsEnvelope.Seal(secrets, Signer, [OtherCurve]));
        Assert.Throws<CertificateException>(() => SecretsEnvelope.Seal(secrets, OtherCurve, [Alice]));
        Assert.Throws<CertificateException>(() => SecretsEnvelope.Seal(secrets, Signer, [Alice, PublicPart(Alice)]));
        Assert.Throws<CertificateException>(() => SecretsEnvelope.Seal(secrets, PublicPart(Signer), [Alice]));
        Assert.Throws<CertificateException>(() => SecretsEnvelope.Seal(secrets, Weak, [Alice]));
        Assert.Throws<CertificateException>(() => SecretsEnvelope.Open(Sealed, Signer, PublicPart(Alice)));
        Refused(SecretsFailure.NotOpened, Sealed, Signer, EllipticSigner);
    }

    [Fact]
    public void Inspecting_needs_no_key()
    {
        var file = SecretsEnvelope.Seal(SampleSecrets.Of(), Signer, [Alice, WithoutKeyIdentifier]);

        var info = SecretsEnvelope.Inspect(file);

        Assert.Equal("CN=signer", info.Signer);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Signer.RawData)), info.SignerSha256);
        Assert.Equal(
            [
                Alice.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifier!,
                $"CN=carol, serial {WithoutKeyIdentifier.SerialNumber}",
            ],
            info.Recipients.Select(x => x.Address).OrderBy(x => x.Contains("CN=", StringComparison.Ordinal)));
        Assert.All(info.Recipients, x => Assert.Equal("RSA 2048", x.Kind));
        Assert.Equal("AES-256-CBC", info.ContentEncryption);
        Assert.Equal(file.Length, info.Length);
        Assert.Throws<SecretsException>(() => SecretsEnvelope.Inspect(file.AsMemory(1)));
    }

    [Fact]
    public void A_secrets_file_that_is_not_there_is_refused()
    {
        using var folder = new TemporaryFolder();
        var e = Assert.Throws<SecretsFileException>(() => SecretsEnvelope.ReadFile(folder["none.p7m"]));
        Assert.Contains("none.p7m", e.Message, StringComparison.Ordinal);
    }

    // 2048-bit wrapped keys follow their octet string's header.
    private static byte[] WithOtherWrappedKey(byte[] envelope)
    {
        var header = envelope.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x04, 0x82, 0x01, 0x00]);
        envelope[header + 100] ^= 1;
        return envelope;
    }

    private static SecretsException Refused(SecretsFailure failure, byte[] file) =>
        Refused(failure, file, Signer, Alice);

    private static SecretsException Refused(
        SecretsFailure failure, byte[] file, X509Certificate2 signer, X509Certificate2 identity)
    {
        var e = Assert.Throws<SecretsException>(() => SecretsEnvelope.Open(file, signer, identity));
        Assert.Equal(failure, e.Failure);
        Assert.Null(e.InnerException);
        return e;
    }
}
