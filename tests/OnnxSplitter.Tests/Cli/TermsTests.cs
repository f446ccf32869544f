using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Cli;

/// <summary>Terms and authorities, from the command line.</summary>
public sealed class TermsTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    [Fact]
    public void Terms_are_sealed_shown_and_kept()
    {
        Transcript.Of([
            .. _sample.ProtectArguments(_sample.Original), "--target-accuracy", "1", "--audience", "fleet 7",
            "--not-before", "2026-01-02", "--not-after", "2199-12-31",
        ]).Done();
        var terms = SecretsEnvelope.Inspect(File.ReadAllBytes(_sample.Folder["new.p7m"])).Terms;
        Assert.Equal(
            new SecretsTerms
            {
                Audience = "fleet 7",
                NotBefore = new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero),
                NotAfter = new DateTimeOffset(2199, 12, 31, 23, 59, 59, TimeSpan.Zero),
            },
            terms);

        var shown =
            JsonDocument.Parse(Transcript.Of("inspect", _sample.Folder["new.p7m"], "--json").Output).RootElement;
        Assert.Equal("fleet 7", shown.GetProperty("audience").GetString());
        string[] restore =
        [
            "restore", _sample.Folder["new.onnx"], "-s", _sample.Folder["new.p7m"], "-i", _sample.Folder["device.pem"],
            "--trust", _sample.Folder["vendor.crt"], "-o", _sample.Restored,
        ];
        _sample.AssertNothingNew(() =>
        {
            Transcript.Of(restore).Refused(7, "fleet 7");
            Transcript.Of([.. restore, "--audience", "fleet 8"]).Refused(7);
        });
        Transcript.Of([.. restore, "--audience", "fleet 7"]).Done();
    }

    [Fact]
    public void Secrets_whose_time_is_over_stay_closed_for_both_programs()
    {
        using var signer = Identity.Of(TestKeys.Signer);
        File.WriteAllBytes(_sample.Secrets, SecretsEnvelope.Seal(
            _sample.Plain.Secrets, signer, [TestKeys.Alice],
            new SealOptions { Terms = new SecretsTerms { NotAfter = DateTimeOffset.UtcNow.AddDays(-1) } }));
        _sample.AssertNothingNew(() => Transcript.Of(_sample.RestoreArguments()).Refused(7, "not be used after"));
        Transcript.OfChecker(_sample.CheckArguments()).Refused(7);
    }

    [Theory]
    [InlineData("protect")]
    [InlineData("rotate")]
    public void Terms_whose_time_is_over_are_refused_before_any_work(string command)
    {
        string[] more = command == "protect" ? [] :
            ["-i", _sample.Folder["device.pem"], "--new-secrets", _sample.Folder["newer.p7m"]];
        var arguments = _sample.ProtectArguments(_sample.Folder["no model"]);
        arguments[0] = command;
        _sample.AssertNothingNew(() => Transcript.Of([.. arguments, .. more, "--not-after", "2026-01-02"])
            .Refused(2, "2026-01-02 23:59:59Z is over"));
    }

    [Fact]
    public void An_authority_and_a_name_take_the_place_of_a_pinned_certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=root", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(9));
        using var signerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = new CertificateRequest("CN=release", signerKey, HashAlgorithmName.SHA256).Create(
            root.SubjectName, X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1),
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(8), [1, 2, 3]);
        using var signer = issued.CopyWithPrivateKey(signerKey);
        File.WriteAllBytes(_sample.Secrets, SecretsEnvelope.Seal(_sample.Plain.Secrets, signer, [TestKeys.Alice]));
        File.WriteAllText(_sample.Folder["root.crt"], root.ExportCertificatePem());

        Transcript.Of([.. _sample.RestoreArguments(trust: "root"), "--signer-name", "release"]).Done();
        Transcript.OfChecker([.. _sample.CheckArguments(trust: "root"), "--signer-name", "release"]).Done();
        foreach (var wrong in new string[][] { [], ["--signer-name", "other"] })
            Transcript.Of([.. _sample.RestoreArguments(trust: "root"), .. wrong, "--force"]).Refused(5);
    }

    public void Dispose() => _sample.Dispose();
}
