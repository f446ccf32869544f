using System.Text;
using System.Text.Json;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Cli;

public sealed class RecipientsTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    public RecipientsTests() =>
        KeyFiles.WritePem(TestKeys.Dora, _sample.Folder["dora.pem"], _sample.Folder["dora.crt"], overwrite: false);

    [Fact]
    public void An_added_recipient_opens_the_secrets_of_the_model_as_it_was_shipped()
    {
        var result = Transcript.Of([.. Add("dora"), "--json"]);

        result.Done();
        var recipients = JsonDocument.Parse(result.Output).RootElement.GetProperty("recipients");
        Assert.Equal(
            ["EC P-256 CN=dora", "RSA 2048 "],
            recipients.EnumerateArray().Select(x => x.GetProperty("kind") + " "
                + (x.TryGetProperty("subject", out var subject) ? subject : "")).Order());
        Transcript.Of(_sample.RestoreArguments(identity: "dora")).Done();
        Transcript.Of([.. _sample.RestoreArguments(), "--force"]).Done();
        Assert.Equal(File.ReadAllBytes(_sample.Original), File.ReadAllBytes(_sample.Restored));
    }

    [Fact]
    public void A_removed_recipient_opens_nothing_new_and_is_said_to_keep_what_it_has()
    {
        Transcript.Of(Add("dora")).Done();
        var before = File.ReadAllBytes(_sample.Secrets);

        var result = Transcript.Of("recipients", "remove", _sample.Secrets, "-r", _sample.Folder["dora.crt"],
            "--signer", _sample.Folder["vendor.pem"]);

        result.Done();
        Assert.Contains("does not take back what was handed out", result.Error, StringComparison.Ordinal);
        Transcript.Of(_sample.RestoreArguments(identity: "dora")).Refused(4);
        Transcript.Of(_sample.RestoreArguments()).Done();
        SecretsEnvelope.Open(before, TestKeys.Signer, TestKeys.Dora).Dispose();
    }

    [Fact]
    public void A_recipient_is_removed_by_its_address_too()
    {
        Transcript.Of(Add("dora")).Done();
        var address = Transcript.Of("recipients", "list", _sample.Secrets, "-r", _sample.Folder["dora.crt"]).Output
            .Split('\n').Single(line => line.EndsWith("CN=dora", StringComparison.Ordinal)).Split("  ")[0];

        Transcript.Of("recipients", "remove", _sample.Secrets, "--address", address,
            "--signer", _sample.Folder["vendor.pem"]).Done();

        Transcript.Of(_sample.RestoreArguments(identity: "dora")).Refused(4);
    }

    [Fact]
    public void What_cannot_be_changed_stays_as_it_is()
    {
        var before = File.ReadAllBytes(_sample.Secrets);
        var (secrets, vendor, device) = (_sample.Secrets, _sample.Folder["vendor.pem"], _sample.Folder["device.crt"]);
        _sample.AssertNothingNew(() =>
        {
            // Not the signer of these secrets, no recipient of them, a recipient already, the last one, nobody.
            Transcript.Of(Add("dora", signer: "stranger")).Refused(5);
            Transcript.Of(Add("dora", identity: "other")).Refused(4);
            Transcript.Of(Add("device")).Refused(2);
            Transcript.Of("recipients", "remove", secrets, "-r", device, "--signer", vendor).Refused(2);
            Transcript.Of("recipients", "remove", secrets, "--address", "AB", "--signer", vendor).Refused(2);
            Transcript.Of([.. Add("dora"), "-o", _sample.Obfuscated]).Refused(6);
            Transcript.Of([.. Add("dora"), "-o", vendor, "--force"]).Refused(6);
        });
        Assert.Equal(before, File.ReadAllBytes(secrets));
    }

    [Fact]
    public void The_new_secrets_go_where_they_are_sent()
    {
        var before = File.ReadAllBytes(_sample.Secrets);
        Transcript.Of([.. Add("dora"), "-o", _sample.Folder["new.p7m"]]).Done();
        var output = new MemoryStream();
        Transcript.With(streams => streams with { OpenOutput = () => output }, [.. Add("dora"), "-o", "-"]).Done();

        Assert.Equal(before, File.ReadAllBytes(_sample.Secrets));
        foreach (var file in new[] { File.ReadAllBytes(_sample.Folder["new.p7m"]), output.ToArray() })
            SecretsEnvelope.Open(file, TestKeys.Signer, TestKeys.Dora).Dispose();
        Transcript.Of([.. Add("dora"), "-o", "-"]).Refused(2, "terminal");
    }

    [Fact]
    public void A_renewed_signer_goes_on_where_the_old_one_is_trusted()
    {
        Transcript.Of(Add("dora", signer: "stranger")).Refused(5);
        Transcript.Of([.. Add("dora", signer: "stranger"), "--trust", _sample.Folder["vendor.crt"]]).Done();
        Transcript.Of(_sample.RestoreArguments(identity: "dora", trust: "stranger")).Done();
    }

    [Fact]
    public void A_recipients_file_names_certificates_beside_it_and_repeats_are_warned_about()
    {
        File.WriteAllText(_sample.Folder["team"], "# all of us\ndevice.crt\n\ndora.crt\nother.crt\n");

        var result =
            Transcript.Of("protect", _sample.Original, "-R", _sample.Folder["team"], "-r", _sample.Folder["dora.crt"],
            "--signer", _sample.Folder["vendor.pem"], "-o", _sample.Folder["new.onnx"], "-s", _sample.Folder["new.p7m"],
            "--strategy", "random", "--max-weights", "3", "--accept-best", "--pss");

        Assert.Contains(result.Code, new[] { 0, 1 });
        Assert.Contains($"warning: {_sample.Folder["dora.crt"]}", result.Error, StringComparison.Ordinal);
        var file = File.ReadAllBytes(_sample.Folder["new.p7m"]);
        Assert.Equal(3, SecretsEnvelope.Inspect(file).Recipients.Count);
        foreach (var identity in new[] { TestKeys.Alice, TestKeys.Bob, TestKeys.Dora })
            SecretsEnvelope.Open(file, TestKeys.Signer, identity).Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nobody yet\n\n")]
    public void A_recipients_file_that_names_nobody_is_refused(string content)
    {
        File.WriteAllText(_sample.Folder["team"], content);
        _sample.AssertNothingNew(() =>
            Transcript.Of([.. _sample.ProtectArguments(_sample.Original), "-R", _sample.Folder["team"]])
                .Refused(2, "team names no recipient"));
    }

    [Fact]
    public void A_recipient_that_comes_with_its_private_key_is_warned_about()
    {
        var line = _sample.ProtectArguments(_sample.Original);
        line[Array.IndexOf(line, "-r") + 1] = _sample.Folder["device.pem"];

        var transcript = Transcript.Of([.. line, "--no-evaluation"]);

        transcript.Done();
        Assert.Contains($"warning: {_sample.Folder["device.pem"]} holds a private key", transcript.Error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("private key",
            Transcript.Of([.. _sample.ProtectArguments(_sample.Original), "--no-evaluation", "--force"]).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipient_or_a_pin_in_a_file_with_its_authority_is_refused()
    {
        var chain = _sample.Folder["chain.crt"];
        File.WriteAllText(chain,
            TestKeys.EllipticSigner.ExportCertificatePem() + "\n" + TestKeys.Dora.ExportCertificatePem());
        File.WriteAllText(_sample.Folder["team"], "chain.crt\n");
        _sample.AssertNothingNew(() =>
        {
            Transcript.Of(Add("chain")).Refused(2, "holds 2 certificates");
            Transcript.Of([.. _sample.ProtectArguments(_sample.Original), "-R", _sample.Folder["team"]])
                .Refused(2, "holds 2 certificates");
            Transcript.Of(_sample.RestoreArguments(trust: "chain")).Refused(2, "holds 2 certificates");
        });
    }

    [Fact]
    public void A_recipients_file_may_have_a_byte_order_mark()
    {
        File.WriteAllText(
            _sample.Folder["team"], "dora.crt\r\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        var line = Add("dora");
        line[Array.IndexOf(line, "-r")] = "-R";
        line[Array.IndexOf(line, _sample.Folder["dora.crt"])] = _sample.Folder["team"];
        Transcript.Of(line).Done();

        Transcript.With(streams => streams with { OpenInput = () => new MemoryStream([0xFF, 0xFE, (byte)'a', 0]) },
            [.. _sample.ProtectArguments(_sample.Original), "-R", "-"]).Refused(2, "Standard input can't be used");
    }

    public void Dispose() => _sample.Dispose();

    private string[] Add(string name, string signer = "vendor", string identity = "device") =>
    [
        "recipients", "add", _sample.Secrets, "-r", _sample.Folder[$"{name}.crt"],
        "--signer", _sample.Folder[$"{signer}.pem"], "-i", _sample.Folder[$"{identity}.pem"],
    ];
}
