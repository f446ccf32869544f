using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;
using static OnnxSplitter.Tests.Secrets.TestKeys;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>The envelope and the key files against OpenSSL.</summary>
public sealed class OpenSslTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OpenSsl_verifies_and_decrypts_to_the_payload(bool elliptic)
    {
        Peer.Require("openssl", "version");
        using var folder = new TemporaryFolder();
        var signer = elliptic ? EllipticSigner : Signer;
        KeyFiles.WritePem(signer, folder["signer.pem"], folder["signer.crt"], overwrite: false);
        File.WriteAllBytes(
            folder["secrets.p7m"],
            SecretsEnvelope.Seal(SampleSecrets.Of(), signer, [Alice, Bob, WithoutKeyIdentifier]));

        Peer.Run("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", folder["secrets.p7m"],
            "-CAfile", folder["signer.crt"], "-purpose", "any", "-out", folder["enveloped.der"]);
        foreach (var recipient in new[] { Alice, Bob, WithoutKeyIdentifier })
        {
            KeyFiles.WritePem(recipient, folder["recipient.pem"], folder["recipient.crt"], overwrite: true);
            Peer.Run("openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", folder["enveloped.der"],
                "-recip", folder["recipient.crt"], "-inkey", folder["recipient.pem"], "-out", folder["payload.onnx"]);
            Assert.Equal(ModelSecretsCodec.Encode(SampleSecrets.Of()), File.ReadAllBytes(folder["payload.onnx"]));
        }
    }

    [Fact]
    public void OpenSsl_verifies_compact_secrets_with_the_signers_certificate_beside_them()
    {
        Peer.Require("openssl", "version");
        using var folder = new TemporaryFolder();
        using var made = KeyFiles.Create("vendor");
        KeyFiles.WritePem(made, folder["v.pem"], folder["v.crt"], overwrite: false);
        File.WriteAllBytes(folder["secrets.p7m"], SecretsEnvelope.Seal(SampleSecrets.Compact(), made, [made]));

        Peer.Run("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", folder["secrets.p7m"],
            "-certfile", folder["v.crt"], "-CAfile", folder["v.crt"], "-out", folder["enveloped.der"]);
        Peer.Run("openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", folder["enveloped.der"],
            "-recip", folder["v.crt"], "-inkey", folder["v.pem"], "-out", folder["payload.onnx"]);
        Assert.Equal(ModelSecretsCodec.Encode(SampleSecrets.Compact()), File.ReadAllBytes(folder["payload.onnx"]));
    }

    [Fact]
    public void A_key_made_by_this_tool_passes_openssl_verification()
    {
        Peer.Require("openssl", "version");
        using var folder = new TemporaryFolder();
        using var made = KeyFiles.Create("vendor");
        KeyFiles.WritePem(made, folder["v.pem"], folder["v.crt"], overwrite: false);
        File.WriteAllBytes(folder["secrets.p7m"], SecretsEnvelope.Seal(SampleSecrets.Of(), made, [made]));

        // With OpenSSL's own idea of who may sign mail, not "any".
        Peer.Run("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", folder["secrets.p7m"],
            "-CAfile", folder["v.crt"], "-out", folder["enveloped.der"]);
        Peer.Run("openssl", "pkey", "-in", folder["v.pem"], "-check", "-noout");
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("pfx")]
    [InlineData("traditional")]
    public void A_key_made_by_openssl_is_an_identity(string kind)
    {
        Peer.Require("openssl", "version");
        using var folder = new TemporaryFolder();
        MakeKey(folder);
        switch (kind)
        {
            case "pem":
                Join(folder["identity"], folder["key.pem"], folder["cert.pem"]);
                break;
            case "traditional":
                Peer.Run("openssl", "rsa", "-in", folder["key.pem"], "-traditional", "-out", folder["rsa.pem"]);
                Join(folder["identity"], folder["rsa.pem"], folder["cert.pem"]);
                break;
            default:
                ExportPfx(folder, password: "");
                break;
        }

        using var identity = KeyFiles.LoadIdentity(folder["identity"]);
        using var certificate = KeyFiles.LoadCertificate(folder["cert.pem"]);
        var file = SecretsEnvelope.Seal(SampleSecrets.Of(), identity, [certificate]);
        using var secrets = SecretsEnvelope.Open(file, certificate, identity);
        Assert.Equal(2, secrets.Tensors.Count);
    }

    [Fact]
    public void Keys_with_passwords_are_refused_by_name()
    {
        Peer.Require("openssl", "version");
        using var folder = new TemporaryFolder();
        MakeKey(folder);
        Peer.Run("openssl", "pkcs8", "-topk8", "-in", folder["key.pem"], "-passout", "pass:x", "-out", folder["p8.pem"]);
        Join(folder["encrypted"], folder["p8.pem"], folder["cert.pem"]);
        Peer.Run("openssl", "rsa", "-in", folder["key.pem"], "-traditional", "-aes128", "-passout", "pass:x",
            "-out", folder["old.pem"]);
        Join(folder["old"], folder["old.pem"], folder["cert.pem"]);
        ExportPfx(folder, password: "x");

        foreach (var name in new[] { "encrypted", "old", "identity" })
        {
            var e = Assert.Throws<OnnxSplitter.Secrets.CertificateException>(
                () => KeyFiles.LoadIdentity(folder[name]));
            Assert.Contains("passwords are not supported", e.Message, StringComparison.Ordinal);
        }
    }

    private static void MakeKey(TemporaryFolder folder) => Peer.Run(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=device", "-days", "30",
        "-keyout", folder["key.pem"], "-out", folder["cert.pem"]);

    private static void ExportPfx(TemporaryFolder folder, string password) => Peer.Run(
        "openssl", "pkcs12", "-export", "-inkey", folder["key.pem"], "-in", folder["cert.pem"],
        "-passout", "pass:" + password, "-out", folder["identity"]);

    private static void Join(string target, params string[] parts) =>
        File.WriteAllText(target, string.Concat(parts.Select(File.ReadAllText)));
}
