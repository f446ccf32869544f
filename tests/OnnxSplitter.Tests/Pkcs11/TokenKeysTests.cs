using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Pkcs11;
using OnnxSplitter.Protection.State;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Payload;
using OnnxSplitter.Tests.Cli;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Pkcs11;

/// <summary>Keys on a SoftHSM token.</summary>
public sealed class TokenKeysTests(SoftToken token) : IClassFixture<SoftToken>
{
    [Theory]
    [InlineData("rsa", false)]
    [InlineData("rsa", true)]
    [InlineData("p256", false)]
    [InlineData("p384", false)]
    public void A_key_on_a_token_signs(string name, bool pss)
    {
        token.UseHere();
        using var signer = TokenKeys.Load(token.Uri(name));

        var file = SecretsEnvelope.Seal(SampleSecrets.Of(), signer, [TestKeys.Bob], new SealOptions { Pss = pss });

        SecretsEnvelope.Open(file, SoftToken.Keys[name], TestKeys.Bob).Dispose();
        Assert.False(SealedJournal.CanKeepFor(signer));
    }

    [Theory]
    [InlineData("rsa")]
    [InlineData("p256")]
    [InlineData("p384")]
    public void A_key_on_a_token_opens_what_any_other_recipient_would_get(string name)
    {
        token.UseHere();
        var file = SecretsEnvelope.Seal(SampleSecrets.Of(), TestKeys.Signer, [TestKeys.Bob, .. SoftToken.Keys.Values]);
        using var identity = TokenKeys.Load(token.Uri(name));

        using var secrets = SecretsEnvelope.Open(file, TestKeys.Signer, [identity]);

        Assert.Equal(ModelSecretsCodec.Encode(SampleSecrets.Of()), ModelSecretsCodec.Encode(secrets));
    }

    [Fact]
    public void A_token_opens_nothing_that_is_not_its_own()
    {
        token.UseHere();
        using var identity = TokenKeys.Load(token.Uri("rsa"));
        var others = SecretsEnvelope.Seal(SampleSecrets.Of(), TestKeys.Signer, [TestKeys.Bob]);
        var e = Assert.Throws<SecretsException>(() => SecretsEnvelope.Open(others, TestKeys.Signer, [identity]));
        Assert.Equal(SecretsFailure.NotOpened, e.Failure);

        // Addressed to the token, but encrypted for another key.
        using var key = identity.Certificate.GetRSAPublicKey()!;
        using var other = RSA.Create(2048);
        Assert.ThrowsAny<CryptographicException>(() => ((RSA)identity.SigningKey!).Decrypt(
            other.Encrypt(new byte[32], RSAEncryptionPadding.OaepSHA256), RSAEncryptionPadding.OaepSHA256));
        Assert.Equal([7], ((RSA)identity.SigningKey!).Decrypt(
            key.Encrypt([7], RSAEncryptionPadding.OaepSHA256), RSAEncryptionPadding.OaepSHA256));
    }

    [Fact]
    public void Several_keys_of_a_token_are_used_at_once()
    {
        token.UseHere();
        using var first = TokenKeys.Load(token.Uri("rsa"));
        TokenKeys.Load(token.Uri("p256")).Dispose();
        using var second = TokenKeys.Load(token.Uri("p384"));

        var file = SecretsEnvelope.Seal(SampleSecrets.Of(), first, [TestKeys.Emil]);

        SecretsEnvelope.Open(file, TestKeys.Alice, [second]).Dispose();
    }

    [Fact]
    public void What_names_no_single_key_is_refused()
    {
        token.UseHere();
        var uri = token.Uri("rsa");
        foreach (var (wrong, message) in new[]
        {
            ("pkcs11:nonsense=1;", "is not a PKCS#11 URI"),
            ("pkcs11:token=onnxsplit;object=rsa", "does not say which PKCS#11 library"),
            (uri.Replace("module-path=/", "module-path=", StringComparison.Ordinal),
                "does not say which PKCS#11 library"),
            (uri.Replace("libsofthsm2", "libnone", StringComparison.Ordinal), "can't be opened"),
            (uri.Replace("token=onnxsplit", "token=other", StringComparison.Ordinal), "0 tokens fit"),
            (uri.Replace("object=rsa", "object=none", StringComparison.Ordinal), "names 0 private keys"),
            (uri.Replace(";object=rsa", "", StringComparison.Ordinal), "names 3 private keys"),
            (uri.Split("&")[0], "wants a PIN"),
            (uri.Split("&")[0] + "&pin-value=9999", "can't be opened"),
            (uri + ".none", "pin.none does not exist"),
        })
        {
            var e = Assert.Throws<CertificateException>(() => TokenKeys.Load(wrong));
            Assert.Contains(message, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_id_as_tools_show_it_is_refused_with_how_a_URI_has_it()
    {
        token.UseHere();
        TokenKeys.Load(token.Uri("rsa").Replace("object=rsa", "id=%01", StringComparison.Ordinal)).Dispose();

        var uri = token.Uri("rsa").Replace("object=rsa", "id=0a01", StringComparison.Ordinal);
        var e = Assert.Throws<CertificateException>(() => TokenKeys.Load(uri));

        Assert.Contains("names 0 private keys", e.Message, StringComparison.Ordinal);
        Assert.Contains("id=%0a%01", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_PIN_that_is_asked_for_is_zeroed()
    {
        token.UseHere();
        var spoken = SoftToken.Pin.ToCharArray();
        TokenKeys.Load(token.Uri("rsa").Split("?")[0], label =>
        {
            Assert.Equal("onnxsplit", label);
            return spoken;
        }, token.Module).Dispose();
        Assert.Equal(new char[SoftToken.Pin.Length], spoken);
    }

    [Fact]
    public void Both_programs_take_keys_from_tokens()
    {
        token.UseHere();
        using var sample = new ShippedSample();
        Transcript.Of("recipients", "add", sample.Secrets, "-r", TokenCertificate(sample, "p256"),
            "--signer", sample.Folder["vendor.pem"], "-i", token.Uri("rsa")).Done();
        Transcript.Of([.. Replaced(sample.RestoreArguments(), sample, "p256")]).Done();
        Transcript.OfChecker([.. Replaced(sample.CheckArguments(), sample, "p256")]).Done();

        var protect = sample.ProtectArguments(sample.Original);
        protect[Array.IndexOf(protect, "--signer") + 1] = token.Uri("p384");
        Transcript.Of([.. protect, "--accept-best", "--target-accuracy", "1"]).Done();
        SecretsEnvelope.Open(File.ReadAllBytes(sample.Folder["new.p7m"]), TestKeys.Emil, TestKeys.Alice).Dispose();
    }

    private string[] Replaced(string[] arguments, ShippedSample sample, string name) =>
        [.. arguments.Select(x => x == sample.Folder["device.pem"] ? token.Uri(name) : x)];

    private static string TokenCertificate(ShippedSample sample, string name)
    {
        var path = sample.Folder[$"{name}.crt"];
        File.WriteAllText(path, SoftToken.Keys[name].ExportCertificatePem());
        return path;
    }
}
