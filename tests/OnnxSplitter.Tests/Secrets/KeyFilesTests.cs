using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Onnx;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using static OnnxSplitter.Tests.Secrets.TestKeys;

namespace OnnxSplitter.Tests.Secrets;

public sealed class KeyFilesTests
{
    [Fact]
    public void A_new_key_signs_and_opens_and_is_no_authority()
    {
        using var key = KeyFiles.Create("vendor, the");

        Assert.Equal("CN=\"vendor, the\"", key.Subject);
        Assert.Equal(3072, key.GetRSAPrivateKey()!.KeySize);
        Assert.Equal("1.2.840.113549.1.1.11", key.SignatureAlgorithm.Value);
        Assert.InRange(key.NotBefore.ToUniversalTime(), DateTime.UtcNow.AddDays(-2), DateTime.UtcNow.AddHours(-23));
        Assert.Equal(key.NotBefore.AddYears(10), key.NotAfter);
        Assert.Single(key.Extensions.OfType<X509SubjectKeyIdentifierExtension>());
        var constraints = key.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        Assert.True(constraints is { Critical: true, CertificateAuthority: false });
        var usage = key.Extensions.OfType<X509KeyUsageExtension>().Single();
        Assert.True(usage.Critical);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, usage.KeyUsages);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void A_key_without_a_name_is_refused(string name) =>
        Assert.Throws<CertificateException>(() => KeyFiles.Create(name));

    [Fact]
    public void Written_files_load_again_and_only_the_owner_reads_the_key()
    {
        using var folder = new TemporaryFolder();
        KeyFiles.WritePem(Alice, folder["a.pem"], folder["a.crt"], overwrite: false);

        using var identity = KeyFiles.LoadIdentity(folder["a.pem"]);
        using var certificate = KeyFiles.LoadCertificate(folder["a.crt"]);
        using var fromBoth = KeyFiles.LoadCertificate(folder["a.pem"]);

        Assert.True(identity.CanOpen);
        Assert.NotNull(identity.SigningKey);
        Assert.Equal(Alice.RawData, identity.Certificate.RawData);
        Assert.Equal(Alice.RawData, certificate.RawData);
        Assert.Equal(Alice.RawData, fromBoth.RawData);
        Assert.False(certificate.HasPrivateKey || fromBoth.HasPrivateKey);
        Assert.DoesNotContain("PRIVATE", File.ReadAllText(folder["a.crt"]), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(folder.Root).Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["a.pem"]));
    }

    [Theory]
    [InlineData("a.pem")]
    [InlineData("a.crt")]
    public void Nothing_is_written_if_one_file_exists(string existing)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[existing], "mine");

        Assert.Throws<OutputExistsException>(
            () => KeyFiles.WritePem(Alice, folder["a.pem"], folder["a.crt"], overwrite: false));

        Assert.Equal([folder[existing]], Directory.GetFiles(folder.Root));
        Assert.Equal("mine", File.ReadAllText(folder[existing]));
        KeyFiles.WritePem(Alice, folder["a.pem"], folder["a.crt"], overwrite: true);
        Assert.Equal(2, Directory.GetFiles(folder.Root).Length);
    }

    [Fact]
    public void A_certificate_without_its_key_is_not_written_as_an_identity()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<CertificateException>(
            () => KeyFiles.WritePem(PublicPart(Alice), folder["a.pem"], folder["a.crt"], overwrite: false));
        Assert.Empty(Directory.GetFiles(folder.Root));
    }

    [Fact]
    public void Pfx_and_der_are_told_by_content()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["pfx.pem"], Alice.Export(X509ContentType.Pfx));
        File.WriteAllBytes(folder["der.pem"], Alice.RawData);

        using var identity = KeyFiles.LoadIdentity(folder["pfx.pem"]);
        using var certificate = KeyFiles.LoadCertificate(folder["der.pem"]);

        Assert.True(identity.CanOpen);
        Assert.NotNull(identity.SigningKey);
        Assert.Equal(Alice.RawData, identity.Certificate.RawData);
        Assert.Equal(Alice.RawData, certificate.RawData);
    }

    [Fact]
    public void What_is_no_identity_is_refused_with_its_path()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["certificate"], Alice.ExportCertificatePem());
        File.WriteAllBytes(folder["der"], Alice.RawData);
        var keyOfBob = Bob.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem();
        File.WriteAllText(folder["mixed"], Alice.ExportCertificatePem() + "\n" + keyOfBob);
        File.WriteAllText(folder["text"], "hello");
        File.WriteAllBytes(folder["empty"], []);
        File.WriteAllBytes(folder["large"], new byte[(1 << 20) + 1]);
        foreach (var name in new[] { "certificate", "der", "mixed", "text", "empty", "large", "none" })
        {
            var e = Assert.Throws<CertificateException>(() => KeyFiles.LoadIdentity(folder[name]));
            Assert.Contains(folder[name], e.Message, StringComparison.Ordinal);
        }

        foreach (var name in new[] { "text", "empty", "large", "none" })
            Assert.Throws<CertificateException>(() => KeyFiles.LoadCertificate(folder[name]));
    }

    [Theory]
    [InlineData(KeyKind.Rsa)]
    [InlineData(KeyKind.P256)]
    [InlineData(KeyKind.P384)]
    public void A_new_key_of_any_kind_signs_and_opens(KeyKind kind)
    {
        using var folder = new TemporaryFolder();
        using var made = KeyFiles.Create("any", kind);
        KeyFiles.WritePem(made, folder["a.pem"], folder["a.crt"], overwrite: false);

        using var identity = KeyFiles.LoadIdentity(folder["a.pem"]);
        using var certificate = KeyFiles.LoadCertificate(folder["a.crt"]);
        var file = SecretsEnvelope.Seal(SampleSecrets.Of(), identity, [certificate]);
        SecretsEnvelope.Open(file, certificate, [identity]).Dispose();
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("pfx")]
    public void An_encrypted_key_asks_for_its_passphrase_and_zeroes_it(string kind)
    {
        using var folder = new TemporaryFolder();
        var path = folder["key"];
        if (kind == "pfx")
            File.WriteAllBytes(path, Alice.Export(X509ContentType.Pfx, "open sesame"));
        else
            File.WriteAllText(path, Alice.ExportCertificatePem() + "\n"
                + Alice.GetRSAPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem(
                    "open sesame",
                    new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        var spoken = "open sesame".ToCharArray();

        using (var identity = KeyFiles.LoadIdentity(path, name =>
        {
            Assert.Equal(path, name);
            return spoken;
        })) Assert.True(identity.CanOpen);

        Assert.Equal(new char[spoken.Length], spoken);
        var wrong = Assert.Throws<CertificateException>(() => KeyFiles.LoadIdentity(path, _ => ['x']));
        Assert.Contains("is not the one that protects it", wrong.Message, StringComparison.Ordinal);
        foreach (var none in new PassphraseSource?[] { null, _ => null })
        {
            var e = Assert.Throws<CertificateException>(() => KeyFiles.LoadIdentity(path, none));
            Assert.Contains("none is given", e.Message, StringComparison.Ordinal);
            Assert.Contains("Passphrase", e.Remedy, StringComparison.Ordinal);
            Assert.Equal(["Passphrase"], e.Properties);
        }
    }

    [Fact]
    public void A_key_that_needs_no_passphrase_asks_for_none()
    {
        using var folder = new TemporaryFolder();
        KeyFiles.WritePem(Alice, folder["a.pem"], folder["a.crt"], overwrite: false);
        KeyFiles.LoadIdentity(folder["a.pem"], _ => throw new InvalidOperationException()).Dispose();
    }

    [Fact]
    public void Recipients_files_hold_paths_comments_and_empty_lines()
    {
        Assert.Equal(
            [Path.Combine("team", "a.crt"), "/keys/b #1.crt"],
            RecipientList.ParsePaths(
                "# the team\r\n a.crt \r\n\r\n/keys/b #1.crt\n   # nobody\n"u8.ToArray(), "a list", "team"));
        using var folder = new TemporaryFolder();
        var e = Assert.Throws<CertificateException>(() => RecipientList.ReadPaths(folder["none"]));
        Assert.Contains(folder["none"], e.Message, StringComparison.Ordinal);
    }
}
