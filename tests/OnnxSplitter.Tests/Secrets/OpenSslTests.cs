using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;
using static OnnxSplitter.Tests.Secrets.TestKeys;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>The envelope and the key files against OpenSSL.</summary>
public sealed class OpenSslTests
{
    [Theory]
    [InlineData("rsa", false)]
    [InlineData("rsa", true)]
    [InlineData("p256", false)]
    [InlineData("p384", false)]
    public void OpenSsl_verifies_and_decrypts_to_the_payload(string kind, bool pss)
    {
        Peer.Require("openssl", "version");
        using var folder = new TemporaryFolder();
        var signer = kind == "rsa" ? Signer : kind == "p256" ? EllipticSigner : P384Signer;
        using var identity = Identity.Of(signer);
        X509Certificate2[] recipients = [Alice, WithoutKeyIdentifier, Dora, Emil, EllipticSigner];
        KeyFiles.WritePem(signer, folder["signer.pem"], folder["signer.crt"], overwrite: false);
        File.WriteAllBytes(
            folder["secrets.p7m"],
            SecretsEnvelope.Seal(SampleSecrets.Of(), identity, recipients, new SealOptions { Pss = pss }));

        Peer.Run("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", folder["secrets.p7m"],
            "-CAfile", folder["signer.crt"], "-purpose", "any", "-out", folder["enveloped.der"]);
        foreach (var recipient in recipients)
        {
            KeyFiles.WritePem(recipient, folder["recipient.pem"], folder["recipient.crt"], overwrite: true);
            Peer.Run("openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", folder["enveloped.der"],
                "-recip", folder["recipient.crt"], "-inkey", folder["recipient.pem"], "-out", folder["payload.onnx"]);
            Assert.Equal(ModelSecretsCodec.Encode(SampleSecrets.Of()), File.ReadAllBytes(folder["payload.onnx"]));
        }
    }

    [Theory]
    [InlineData("sha256", true)]
    [InlineData("sha256", false)]
    [InlineData("sha384", true)]
    public void What_OpenSsl_encrypted_for_RSA_and_elliptic_keys_opens(string derivation, bool byKeyIdentifier)
    {
        Peer.Require("openssl", "version");
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["payload"], ModelSecretsCodec.Encode(SampleSecrets.Of()));
        List<string> arguments =
        [
            "cms", "-encrypt", "-binary", "-aes-256-cbc", "-outform", "DER", "-in", folder["payload"],
            "-out", folder["enveloped.der"],
        ];
        if (byKeyIdentifier) arguments.Add("-keyid");
        X509Certificate2[] recipients = [Alice, Dora, Emil];
        foreach (var recipient in recipients)
        {
            KeyFiles.WritePem(recipient, folder["key"], folder[recipient.Thumbprint], overwrite: true);
            arguments.AddRange(["-recip", folder[recipient.Thumbprint]]);
            arguments.AddRange(recipient == Alice
                ? ["-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"]
                : ["-keyopt", "ecdh_kdf_md:" + derivation]);
        }

        Peer.Run("openssl", [.. arguments]);

        var file = ForeignEnvelope.Sign(File.ReadAllBytes(folder["enveloped.der"])).Encode();
        foreach (var recipient in recipients)
        {
            using var secrets = SecretsEnvelope.Open(file, Signer, recipient);
            Assert.Equal(File.ReadAllBytes(folder["payload"]), ModelSecretsCodec.Encode(secrets));
        }
    }

    [Fact]
    public void A_derivation_with_SHA_1_is_not_trusted()
    {
        Peer.Require("openssl", "version");
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["payload"], ModelSecretsCodec.Encode(SampleSecrets.Of()));
        KeyFiles.WritePem(Dora, folder["key"], folder["certificate"], overwrite: false);
        Peer.Run("openssl", "cms", "-encrypt", "-binary", "-aes-256-cbc", "-outform", "DER", "-in", folder["payload"],
            "-recip", folder["certificate"], "-keyopt", "ecdh_kdf_md:sha1", "-out", folder["enveloped.der"]);

        var file = ForeignEnvelope.Sign(File.ReadAllBytes(folder["enveloped.der"])).Encode();
        var e = Assert.Throws<SecretsException>(() => SecretsEnvelope.Open(file, Signer, Dora));
        Assert.Equal(SecretsFailure.NotTrusted, e.Failure);
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

    [Theory]
    [InlineData(KeyKind.Rsa)]
    [InlineData(KeyKind.P256)]
    [InlineData(KeyKind.P384)]
    public void A_key_made_by_this_tool_passes_openssl_verification(KeyKind kind)
    {
        Peer.Require("openssl", "version");
        using var folder = new TemporaryFolder();
        using var made = KeyFiles.Create("vendor", kind);
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
        using var secrets = SecretsEnvelope.Open(file, certificate, [identity]);
        Assert.Equal(2, secrets.Tensors.Count);
    }

    [Fact]
    public void Keys_that_openssl_encrypted_open_with_their_passphrase()
    {
        Peer.Require("openssl", "version");
        using var folder = new TemporaryFolder();
        MakeKey(folder);
        Peer.Run("openssl", "pkcs8", "-topk8", "-in", folder["key.pem"], "-passout", "pass:x", "-out",
            folder["p8.pem"]);
        Join(folder["encrypted"], folder["p8.pem"], folder["cert.pem"]);
        Peer.Run("openssl", "rsa", "-in", folder["key.pem"], "-traditional", "-aes128", "-passout", "pass:x",
            "-out", folder["old.pem"]);
        Join(folder["old"], folder["old.pem"], folder["cert.pem"]);
        ExportPfx(folder, password: "x");

        foreach (var name in new[] { "encrypted", "identity" })
            KeyFiles.LoadIdentity(folder[name], _ => ['x']).Dispose();
        var e = Assert.Throws<CertificateException>(() => KeyFiles.LoadIdentity(folder["old"], _ => ['x']));
        Assert.Contains("encrypted in an old way", e.Message, StringComparison.Ordinal);
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
