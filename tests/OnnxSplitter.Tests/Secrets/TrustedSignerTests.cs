using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Payload;
using static OnnxSplitter.Tests.Secrets.TestKeys;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>Authorities, and what certificates must be like.</summary>
public sealed class TrustedSignerTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private static readonly X509Certificate2 Root = Authority("CN=root");

    [Fact]
    public void Whoever_the_authority_has_issued_the_name_to_is_trusted()
    {
        foreach (var subject in new[] { "CN=vendor", "CN=vendor, O=Works, C=DE" })
            Assert.True(Trusts(Seal(Issued(subject)), Root, "vendor"), subject);
    }

    [Theory]
    [InlineData("CN=other")]
    [InlineData("CN=Vendor")]
    [InlineData("O=vendor")]
    [InlineData("CN=vendor, CN=other")]
    [InlineData("CN=vendor + O=Works")]
    public void Another_name_is_not_trusted(string subject) =>
        Assert.False(Trusts(Seal(Issued(subject)), Root, "vendor"));

    [Fact]
    public void Others_than_the_authority_itself_vouch_for_nobody()
    {
        // Self-signed, of another authority with the same name, of one that the authority has issued.
        Assert.False(Trusts(Seal(SelfSigned("CN=vendor")), Root, "vendor"));
        Assert.False(Trusts(Seal(Issued("CN=vendor", Authority("CN=root"))), Root, "vendor"));
        Assert.False(Trusts(Seal(Issued("CN=vendor", Authority("CN=between", Root))), Root, "vendor"));

        // The authority, and one below it, are no signers.
        Assert.False(Trusts(Seal(Root), Root, "root"));
        Assert.False(Trusts(Seal(Authority("CN=vendor", Root)), Root, "vendor"));

        // A certificate for something else.
        Assert.False(Trusts(
            Seal(Issued("CN=vendor", usage: X509KeyUsageFlags.KeyEncipherment)), Root, "vendor"));
    }

    [Fact]
    public void An_issued_certificate_was_valid_when_it_signed()
    {
        var signer = Issued("CN=vendor");
        var content = ForeignEnvelope.Encrypt(
            ModelSecretsCodec.Encode(SampleSecrets.Of()), Alice);
        foreach (var (days, trusted) in new[] { (-3, false), (0, true), (31, false) })
        {
            var file = ForeignEnvelope.Sign(content, signer, time: Now.UtcDateTime.AddDays(days)).Encode();
            Assert.Equal(trusted, Trusts(file, Root, "vendor"));
        }
    }

    [Fact]
    public void Secrets_without_a_certificate_need_a_pinned_one()
    {
        var signer = Issued("CN=vendor");
        var compact = SecretsEnvelope.Seal(SampleSecrets.Compact(), signer, [Alice]);
        Assert.False(Trusts(compact, Root, "vendor"));
        SecretsEnvelope.CheckSignature(compact, signer);
    }

    [Fact]
    public void Certificates_out_of_date_or_for_something_else_seal_nothing()
    {
        using var secrets = SampleSecrets.Of();
        var expired = SelfSigned("CN=expired", from: Now.AddDays(-10), to: Now.AddDays(-1));
        var early = SelfSigned("CN=early", from: Now.AddDays(1), to: Now.AddDays(2));
        foreach (var wrong in new[] { expired, early })
        {
            Assert.Contains("not now", Assert.Throws<CertificateException>(
                () => SecretsEnvelope.Seal(secrets, wrong, [Alice])).Message, StringComparison.Ordinal);
            Assert.Contains("not now", Assert.Throws<CertificateException>(
                () => SecretsEnvelope.Seal(secrets, Signer, [wrong])).Message, StringComparison.Ordinal);
        }

        var signs = SelfSigned("CN=signs", usage: X509KeyUsageFlags.DigitalSignature);
        var opens = SelfSigned("CN=opens", usage: X509KeyUsageFlags.KeyEncipherment);
        SecretsEnvelope.Open(SecretsEnvelope.Seal(secrets, signs, [opens]), signs, opens).Dispose();
        Assert.Throws<CertificateException>(() => SecretsEnvelope.Seal(secrets, opens, [Alice]));
        Assert.Throws<CertificateException>(() => SecretsEnvelope.Seal(secrets, Signer, [signs]));
    }

    private static bool Trusts(byte[] file, X509Certificate2 authority, string name)
    {
        try
        {
            SecretsEnvelope.CheckSignature(file, TrustedSigner.IssuedBy(authority, name));
            return true;
        }
        catch (SecretsException e) when (e.Failure == SecretsFailure.NotTrusted)
        {
            return false;
        }
    }

    // Sealed by others: sealing here would refuse some of these certificates.
    private static byte[] Seal(X509Certificate2 signer) => ForeignEnvelope.Sign(
        ForeignEnvelope.Encrypt(ModelSecretsCodec.Encode(SampleSecrets.Of()), Alice), signer)
        .Encode();

    private static X509Certificate2 Authority(string subject, X509Certificate2? issuer = null)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (issuer is null) return request.CreateSelfSigned(Now.AddDays(-2), Now.AddDays(30));
        using var issued = request.Create(issuer, Now.AddDays(-1), Now.AddDays(29), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 Issued(
        string subject, X509Certificate2? issuer = null, X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature)
    {
        using var key = RSA.Create(2048);
        var request = Request(subject, key, usage);
        using var issued =
            request.Create(issuer ?? Root, Now.AddDays(-1), Now.AddDays(28), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 SelfSigned(
        string subject, DateTimeOffset? from = null, DateTimeOffset? to = null,
        X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment)
    {
        using var key = RSA.Create(2048);
        return Request(subject, key, usage).CreateSelfSigned(from ?? Now.AddDays(-1), to ?? Now.AddDays(30));
    }

    private static CertificateRequest Request(string subject, RSA key, X509KeyUsageFlags usage)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }
}
