using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Keys;
using static OnnxSplitter.Tests.Secrets.TestKeys;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>Files of keys and certificates in all the forms that people have them in.</summary>
public sealed class KeyFormTests
{
    private static readonly string Key = Alice.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem();

    private static readonly string Sealed = Alice.GetRSAPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem(
        "open sesame", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));

    [Fact]
    public void Of_several_certificates_none_is_taken_for_the_one_that_is_asked_for()
    {
        var e = Refused(() => Certificate(Bob.ExportCertificatePem() + "\n" + Alice.ExportCertificatePem()));
        Assert.Contains("holds 2 certificates", e.Message, StringComparison.Ordinal);
        Assert.Contains("that one alone", e.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_several_certificates_an_identity_has_the_one_that_is_its_keys(bool encrypted)
    {
        var asked = 0;
        using var identity = Identity(
            Bob.ExportCertificatePem() + "\n" + Dora.ExportCertificatePem() + "\n" + Alice.ExportCertificatePem() + "\n"
            + (encrypted ? Sealed : Key), _ =>
            {
                asked++;
                return "open sesame".ToCharArray();
            });

        Assert.Equal(Alice.RawData, identity.Certificate.RawData);
        Assert.True(identity.CanOpen);
        Assert.Equal(encrypted ? 1 : 0, asked);
    }

    [Fact]
    public void Of_several_private_keys_none_is_taken()
    {
        var other = Bob.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem();
        var e = Refused(() => Identity(Alice.ExportCertificatePem() + "\n" + other + "\n" + Key));
        Assert.Contains("holds 2 private keys", e.Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static X509Certificate2 Certificate(string text) => KeyFiles.ParseCertificate(Bytes(text), "x");

    private static Identity Identity(string text, PassphraseSource? passphrase = null) =>
        KeyFiles.ParseIdentity(Bytes(text), "x", passphrase);

    private static CertificateException Refused(Action use) => Assert.Throws<CertificateException>(use);
}
