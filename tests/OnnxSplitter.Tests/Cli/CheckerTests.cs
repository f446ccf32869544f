using System.Text.Json;
using OnnxSplitter.Checker;
using OnnxSplitter.Tests.Secrets.Vectors;
using static OnnxSplitter.Tests.Cli.CheckOutcomes;

namespace OnnxSplitter.Tests.Cli;

public sealed class CheckerTests : IDisposable
{
    private static readonly string Data = Examples.Evaluation(512);

    private readonly ShippedSample _sample = new();

    [Fact]
    public void A_protected_model_passes_every_check()
    {
        var transcript = Transcript.OfChecker([
            .. _sample.CheckArguments(), "--original", _sample.Original, "--data", Data, "--json",
        ]);

        transcript.Done();
        var json = JsonDocument.Parse(transcript.Output).RootElement;
        Assert.True(json.GetProperty("ok").GetBoolean());
        Assert.Equal(CheckNames.All, Checks(transcript).Select(check => check.Name));
        string[] notAsked =
            [CheckNames.Compact, .. CheckNames.Detectors, CheckNames.TrustedProcess, CheckNames.Undoing];
        Assert.Equal(
            CheckNames.All.Select(name => (name, notAsked.Contains(name) ? NotRun : Passed)), Checks(transcript));
        Assert.Equal(notAsked.Length, json.GetProperty("notRun").GetInt32());
    }

    [Fact]
    public void What_no_identity_and_no_model_is_needed_for_is_checked_without()
    {
        string[] arguments = [_sample.Obfuscated, "-s", _sample.Secrets, "--trust", _sample.Folder["vendor.crt"]];

        var text = Transcript.OfChecker(arguments);
        var json = Transcript.OfChecker([.. arguments, "--json"]);

        text.Done();
        Assert.Contains($"4 passed, 0 failed, {CheckNames.All.Count - 4} did not run.", text.Output,
            StringComparison.Ordinal);
        Assert.Equal(
            CheckNames.All.Select((name, i) => (name, i < 4 ? Passed : NotRun)), Checks(json));
        Assert.Contains("1: ", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_session_everything_else_is_checked()
    {
        var transcript = Transcript.OfChecker([
            .. _sample.CheckArguments(), "--original", _sample.Original, "--no-session", "--json",
        ]);
        transcript.Done();
        Assert.Equal(
            [
                "compact", .. CheckNames.Detectors, "session", "outputs", "trusted process", "obfuscated accuracy",
                "restored accuracy", "worth left", "stealth: undoing",
            ],
            Checks(transcript).Where(check => check.Outcome == NotRun).Select(check => check.Name));
    }

    [Fact]
    public void A_certificate_that_has_expired_since_fails_unless_that_is_allowed()
    {
        string[] arguments =
        [
            Vector("obfuscated.onnx"), "-s", _sample.Folder["old.p7m"], "--trust", Vector("keys/vendor-expired.pem"),
            "-i", Vector("keys/alice.pem"), "--no-session",
        ];
        File.WriteAllBytes(
            _sample.Folder["old.p7m"], VectorFile.Read(Path.Combine("success", "signed-before-expiry")).Secrets);

        Assert.Equal([("certificate", Failed)], Refused(1, arguments));
        var allowed = Transcript.OfChecker([.. arguments, "--allow-expired"]);
        allowed.Done();
        Assert.Contains("EXPIRED", allowed.Output, StringComparison.Ordinal);

        // Nothing makes it good that it signed when it had expired already.
        File.WriteAllBytes(_sample.Folder["old.p7m"], VectorFile.Read(Path.Combine("signature", "expired")).Secrets);
        Assert.Equal([("certificate", Failed), ("signature", Failed)], Refused(5, [.. arguments, "--allow-expired"]));
    }

    [Fact]
    public void Several_identities_are_tried() => Transcript.OfChecker([
        .. _sample.CheckArguments(identity: "other"), "-i", _sample.Folder["device.pem"], "--no-session",
    ]).Done();

    [Fact]
    public void A_wrong_identity_fails_after_the_signature() =>
        Assert.Equal([("identity", Failed)], Refused(4, _sample.CheckArguments(identity: "other")));

    [Fact]
    public void A_signer_that_is_not_pinned_fails() =>
        Assert.Equal([("signature", Failed)], Refused(5, _sample.CheckArguments(trust: "stranger")));

    [Fact]
    public void A_file_that_is_no_envelope_fails_at_once()
    {
        File.AppendAllBytes(_sample.Secrets, [0]);
        Assert.Equal([("envelope", Failed)], Refused(5, _sample.CheckArguments()));
    }

    [Fact]
    public void An_altered_model_fails()
    {
        ShippedSample.Flip(_sample.Obfuscated, 0.6);
        Assert.Equal([("obfuscated file", Failed)], Refused(5, _sample.CheckArguments()));
    }

    [Fact]
    public void A_longer_model_fails()
    {
        File.AppendAllBytes(_sample.Obfuscated, [0]);
        Assert.Equal([("obfuscated file", Failed)], Refused(5, _sample.CheckArguments()));
    }

    [Fact]
    public void Another_original_fails() =>
        Assert.Equal([("original file", Failed)], Refused(5,
            [.. _sample.CheckArguments(), "--original", Repository.Model("resnet20-fmnist-bn.onnx")]));

    [Fact]
    public void The_page_on_checking_explains_every_check()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "checking.md"));
        Assert.All(CheckNames.All, name => Assert.Contains($"\n| {name} | ", page, StringComparison.Ordinal));
    }

    [Fact]
    public void A_listed_weight_that_did_not_change_is_a_no()
    {
        // Secrets that also list a weight which is the same in both files.
        var change = _sample.Plain.Changes[0];
        using var stream = File.OpenRead(_sample.Original);
        var bits = OnnxSplitter.Onnx.Weights.WeightPatcher.Read(stream, change.Tensor, change.Index + 1);
        using var secrets = _sample.Plain.SecretsOf(
            [.. _sample.Plain.Changes, change with { Index = change.Index + 1, Original = bits, Obfuscated = bits }]);
        _sample.Seal(secrets);

        Assert.Contains(("changed weights", Failed), Refused(1, [.. _sample.CheckArguments(), "--no-session"]));
    }

    [Fact]
    public void A_missing_model_is_an_input_error()
    {
        File.Delete(_sample.Obfuscated);
        Assert.Equal([("obfuscated file", Failed)], Refused(3, _sample.CheckArguments()));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("picture")]
    [InlineData("folder")]
    public void Without_an_identity_what_is_no_model_is_an_input_error_too(string kind)
    {
        File.Delete(_sample.Obfuscated);
        if (kind == "picture") File.WriteAllBytes(_sample.Obfuscated, [0x89, .. "PNG\r\n\u001a\n"u8]);
        if (kind == "folder") Directory.CreateDirectory(_sample.Obfuscated);

        Assert.Equal([("obfuscated file", Failed)],
            Refused(3, [_sample.Obfuscated, "-s", _sample.Secrets, "--trust", _sample.Folder["vendor.crt"]]));
    }

    [Fact]
    public void What_an_identity_is_missing_for_says_so()
    {
        var transcript = Transcript.OfChecker(
            [_sample.Obfuscated, "-s", _sample.Secrets, "--trust", _sample.Folder["vendor.crt"]]);

        var notRun = transcript.Output.Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal));
        Assert.All(notRun, line => Assert.Contains("no identity is given", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--data", true, "--target-worth", "0.2")]
    [InlineData("--data", true, "--report", "report.json")]
    [InlineData("--identity", false, "--data", "data.npz")]
    [InlineData("--identity", false, "--original", "model.onnx")]
    [InlineData("--identity", false, "--stealth")]
    [InlineData("--no-session", true, "--data", "data.npz", "--no-session")]
    public void What_is_asked_for_without_the_means_is_refused_and_the_means_named(
        string missing, bool identity, params string[] asked)
    {
        string[] arguments = [_sample.Obfuscated, "-s", _sample.Secrets, "--trust", _sample.Folder["vendor.crt"]];

        var transcript = Transcript.OfChecker([.. identity ? _sample.CheckArguments() : arguments, .. asked]);

        transcript.Refused(2, missing);
        Assert.Contains(asked[0], transcript.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _sample.Dispose();

    private static (string Name, string Outcome)[] Refused(int code, string[] arguments)
    {
        var transcript = Transcript.OfChecker([.. arguments, "--json"]);
        transcript.Refused(code);
        Assert.False(JsonDocument.Parse(transcript.Output).RootElement.GetProperty("ok").GetBoolean());
        Assert.Contains(JsonDocument.Parse(transcript.Output).RootElement.GetProperty("checks").EnumerateArray(),
            check => check.TryGetProperty("ok", out var ok) && ok.ValueKind == JsonValueKind.False);
        return [.. Checks(transcript).Where(check => check.Outcome == Failed)];
    }

    private static string Vector(string name) => Path.Combine(VectorFile.Folder, name);
}
