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
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

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

    [Fact]
    public void A_byte_order_mark_does_not_count()
    {
        using var certificate = KeyFiles.ParseCertificate([.. Mark, .. Bytes(Alice.ExportCertificatePem())], "x");
        using var identity = KeyFiles.ParseIdentity(
            [.. Mark, .. Bytes(Alice.ExportCertificatePem() + "\n" + Key)], "x");

        Assert.Equal(Alice.RawData, certificate.RawData);
        Assert.Equal(Alice.RawData, identity.Certificate.RawData);
        Assert.Equal("Pässwörd"u8, KeyFiles.ParsePassphrase([.. Mark, .. "Pässwörd\r\n"u8], "x"));
        Assert.Equal(["a.crt"], RecipientList.ParsePaths([.. Mark, .. "# all\r\na.crt\r\n"u8], "x", folder: ""));
        Assert.Equal(["a.crt"], RecipientList.ParsePaths([.. Mark, .. "a.crt"u8], "x", folder: ""));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public void Text_in_UTF_16_is_called_that(bool bigEndian, bool mark)
    {
        var encoding = new UnicodeEncoding(bigEndian, mark);
        byte[] Of(string text) => [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
        var passphrase = Of("open sesame");
        foreach (var use in new Action[]
        {
            () => KeyFiles.ParseCertificate(Of(Alice.ExportCertificatePem()), "x.crt"),
            () => KeyFiles.ParseIdentity(Of(Alice.ExportCertificatePem() + Key), "x.crt"),
            () => KeyFiles.ParsePassphrase(passphrase, "x.crt"),
            () => RecipientList.ParsePaths(Of("a.crt"), "x.crt", folder: ""),
        })
        {
            var e = Refused(use);
            Assert.Contains("x.crt can't be used: it is text in UTF-16", e.Message, StringComparison.Ordinal);
            Assert.Contains("UTF-8", e.Remedy, StringComparison.Ordinal);
        }

        Assert.All(passphrase, value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData("TRUSTED CERTIFICATE", "TRUSTED CERTIFICATE", "openssl x509")]
    [InlineData("PKCS7", "PKCS#7", "openssl pkcs7 -inform PEM")]
    [InlineData("CMS", "PKCS#7", "openssl pkcs7 -inform PEM")]
    public void Other_forms_of_PEM_are_called_by_their_names(string label, string name, string remedy)
    {
        var text = PemEncoding.WriteString(label, Alice.RawData) + "\n";
        foreach (var e in new[] { Refused(() => Certificate(text)), Refused(() => Identity(text + Key)) })
        {
            Assert.Contains(name, e.Message, StringComparison.Ordinal);
            Assert.Contains(remedy, e.Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_collection_of_certificates_is_called_that()
    {
        var collection = new X509Certificate2Collection(PublicPart(Alice)).Export(X509ContentType.Pkcs7)!;
        foreach (var e in new[]
        {
            Refused(() => KeyFiles.ParseCertificate(collection, "x")),
            Refused(() => KeyFiles.ParseIdentity(collection, "x")),
        })
        {
            Assert.Contains("PKCS#7 collection", e.Message, StringComparison.Ordinal);
            Assert.Contains("openssl pkcs7 -inform DER", e.Remedy, StringComparison.Ordinal);
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static X509Certificate2 Certificate(string text) => KeyFiles.ParseCertificate(Bytes(text), "x");

    private static Identity Identity(string text, PassphraseSource? passphrase = null) =>
        KeyFiles.ParseIdentity(Bytes(text), "x", passphrase);

    private static CertificateException Refused(Action use) => Assert.Throws<CertificateException>(use);
}
