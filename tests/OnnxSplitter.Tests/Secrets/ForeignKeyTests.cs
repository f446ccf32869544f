using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>Keys that OpenSSL makes and nothing here can use: each is refused for what it is.</summary>
public sealed class ForeignKeyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ForeignKeyTests() => Peer.Require("openssl", "version");

    [Theory]
    [InlineData("an Ed25519 key", "-algorithm", "ed25519")]
    [InlineData("an Ed448 key", "-algorithm", "ed448")]
    [InlineData("an RSA key for RSASSA-PSS alone", "-algorithm", "RSA-PSS")]
    [InlineData("an EC key whose curve is written out",
        "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit")]
    public void A_key_of_another_kind_is_called_that_whatever_it_is_for(string kind, params string[] options)
    {
        Peer.Run("openssl", ["genpkey", .. options, "-out", _folder["key"]]);
        Certify();
        Peer.Run("openssl", "pkcs12", "-export", "-in", _folder["crt"], "-inkey", _folder["key"],
            "-passout", "pass:x", "-out", _folder["pfx"]);
        Peer.Run("openssl", "pkcs8", "-topk8", "-in", _folder["key"], "-passout", "pass:x", "-out", _folder["sealed"]);
        using var certificate = KeyFiles.LoadCertificate(_folder["crt"]);

        Refused(kind, () => CertificateRules.CheckRecipient(certificate, DateTimeOffset.UtcNow));
        Refused(kind, () => TrustedSigner.Pinned(certificate));
        using var identity = new Identity(TestKeys.PublicPart(certificate), signing: null, agreement: null);
        Refused(kind, () => CertificateRules.CheckSigner(identity, DateTimeOffset.UtcNow));
        foreach (var key in new[] { "key", "sealed" })
        {
            Join("pem", "crt", key);
            Refused(kind, () => KeyFiles.LoadIdentity(_folder["pem"], _ => ['x']));
        }

        Refused(kind, () => KeyFiles.LoadIdentity(_folder["pfx"], _ => ['x']));
    }

    [Fact]
    public void A_key_sealed_by_way_of_scrypt_is_called_that_before_its_passphrase_is_asked_for()
    {
        MakeRsa();
        Peer.Run("openssl", "pkcs8", "-topk8", "-scrypt", "-in", _folder["key"], "-passout", "pass:x",
            "-out", _folder["sealed"]);
        Join("pem", "crt", "sealed");

        var e = Refused("scrypt", () =>
            KeyFiles.LoadIdentity(_folder["pem"], _ => throw new InvalidOperationException()));

        Assert.Contains("openssl pkcs8 -topk8", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void PKCS_12_of_more_iterations_than_the_platform_takes_is_called_that_and_its_remedy_helps()
    {
        MakeRsa();
        Peer.Run("openssl", "pkcs12", "-export", "-in", _folder["crt"], "-inkey", _folder["key"], "-iter", "400000",
            "-passout", "pass:x", "-out", _folder["pfx"]);

        var e = Refused("IterationLimit", () => KeyFiles.LoadIdentity(_folder["pfx"], _ => ['x']));

        Assert.Contains("openssl pkcs12 -in FILE -out key.pem", e.Remedy, StringComparison.Ordinal);
        Peer.Run("openssl", "pkcs12", "-in", _folder["pfx"], "-passin", "pass:x", "-passout", "pass:x",
            "-out", _folder["pem"]);
        KeyFiles.LoadIdentity(_folder["pem"], _ => ['x']).Dispose();
    }

    [Fact]
    public void What_openssl_writes_as_a_trusted_certificate_is_called_that()
    {
        MakeRsa();
        Peer.Run("openssl", "x509", "-in", _folder["crt"], "-trustout", "-addtrust", "emailProtection",
            "-out", _folder["trusted"]);
        Refused("TRUSTED CERTIFICATE", () => KeyFiles.LoadCertificate(_folder["trusted"]));
    }

    public void Dispose() => _folder.Dispose();

    private void MakeRsa()
    {
        Peer.Run("openssl", "genpkey", "-algorithm", "RSA", "-out", _folder["key"]);
        Certify();
    }

    private void Certify() => Peer.Run(
        "openssl", "req", "-x509", "-key", _folder["key"], "-subj", "/CN=device", "-days", "30", "-out",
        _folder["crt"]);

    private void Join(string target, params string[] parts) =>
        File.WriteAllText(_folder[target], string.Concat(parts.Select(part => File.ReadAllText(_folder[part]))));

    private static CertificateException Refused(string why, Action use)
    {
        var e = Assert.Throws<CertificateException>(use);
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
        return e;
    }
}
