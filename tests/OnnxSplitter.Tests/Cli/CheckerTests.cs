using System.Text.Json;
using OnnxSplitter.Checker;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Onnx;
using OnnxSplitter.Tests.Protection;
using OnnxSplitter.Tests.Runtime;
using OnnxSplitter.Tests.Secrets;
using OnnxSplitter.Tests.Secrets.Vectors;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Cli;

public sealed class CheckerTests : IDisposable
{
    private const string Passed = "passed";
    private const string Failed = "failed";
    private const string NotRun = "not run";

    private static readonly string Data = Repository.Model("fashion-mnist-evaluation.npz");

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
        string[] notAsked = [CheckNames.Compact, .. CheckNames.Detectors, CheckNames.Undoing];
        Assert.Equal(
            CheckNames.All.Select(name => (name, notAsked.Contains(name) ? NotRun : Passed)), Checks(transcript));
        Assert.Equal(notAsked.Length, json.GetProperty("notRun").GetInt32());
    }

    [Fact]
    public void A_model_at_chance_by_a_constant_is_not_protected()
    {
        using var sample = new ShippedSample(harm: 3);

        var transcript = Transcript.OfChecker([.. sample.CheckArguments(), "--data", Data, "--json"]);

        transcript.Refused(1);
        Assert.Contains((CheckNames.ObfuscatedAccuracy, Passed), Checks(transcript));
        Assert.Contains((CheckNames.Worth, "failed"), Checks(transcript));
    }

    [Theory]
    [InlineData("float16")]
    [InlineData("float64")]
    public void Outputs_of_other_float_types_are_compared(string type)
    {
        var model = TypedClassifier.WriteWhole(_sample.Folder["typed.onnx"], EncodedTensor.Named(type));

        Assert.Contains((CheckNames.Outputs, Passed), Checks(CheckProtected(model)));
    }

    [Fact]
    public void Outputs_whose_length_depends_on_values_are_not_compared_and_that_is_said()
    {
        var model = new SmallModel().Input("x", DataType.Float, "n", 4).Output("y", DataType.Float, "m")
            .Weights("w", 4, 40).Number("zero", 0).Node("MatMul", ["x", "w"], "all")
            .Node("Greater", ["all", "zero"], "some").Node("Flatten", ["some"], "flat")
            .Integers("row", -1).Node("Reshape", ["flat", "row"], "which").Node("Reshape", ["all", "row"], "values")
            .Node("Compress", ["values", "which"], "y").Write(_sample.Folder["lengths.onnx"]);

        var transcript = CheckProtected(model);

        Assert.Contains((CheckNames.Outputs, NotRun), Checks(transcript));
        Assert.Contains("there is nothing to compare", transcript.Output, StringComparison.Ordinal);
    }

    /// <summary>Protects a model at random, and checks it.</summary>
    private Transcript CheckProtected(string model)
    {
        var (shipped, secrets) = (_sample.Folder["random.onnx"], _sample.Folder["random.p7m"]);
        Transcript.Of([
            "protect", model, "-r", _sample.Folder["device.crt"], "--signer", _sample.Folder["vendor.pem"],
            "--strategy", "random", "--max-weights", "5", "--no-evaluation", "-o", shipped, "-s", secrets,
        ]).Done();
        var transcript = Transcript.OfChecker([
            shipped, "-s", secrets, "-i", _sample.Folder["device.pem"], "--trust", _sample.Folder["vendor.crt"],
            "--json",
        ]);
        transcript.Done();
        return transcript;
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
                "compact", .. CheckNames.Detectors, "session", "outputs", "obfuscated accuracy", "restored accuracy",
                "worth left", "stealth: undoing",
            ],
            Checks(transcript).Where(check => check.Outcome == NotRun).Select(check => check.Name));
    }

    [Fact]
    public void Another_accuracy_than_was_recorded_fails()
    {
        var report = _sample.Folder["report.json"];
        string[] arguments = [.. _sample.CheckArguments(), "--data", Data, "--report", report];
        File.WriteAllText(report, "{\"measured\": {\"restored\": 0.5}}");

        var transcript = Transcript.OfChecker(arguments);

        transcript.Refused(1);
        Assert.Matches(@"FAILED  restored accuracy: 9[0-9.]+ % ± [0-9.]+; the report says 50\.0 %", transcript.Output);
        File.WriteAllText(report, "[]");
        Transcript.OfChecker(arguments).Refused(3, "is not a report");
    }

    [Fact]
    public void A_model_that_is_still_good_fails()
    {
        using var harmless = new ProtectedSample(harm: 0);
        var sealedPath = harmless.Folder["sealed.p7m"];
        File.WriteAllBytes(sealedPath, SecretsEnvelope.Seal(harmless.Secrets, TestKeys.Signer, [TestKeys.Alice]));

        var transcript = Transcript.OfChecker([
            harmless.Obfuscated, "-s", sealedPath, "-i", _sample.Folder["device.pem"], "--trust",
            _sample.Folder["vendor.crt"],
            "--data", Data,
        ]);

        transcript.Refused(1);
        Assert.Contains("FAILED  obfuscated accuracy: 92.", transcript.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_examples_to_tell_are_refused()
    {
        var all = NumpyArchive.Read(Data);
        int[] rows =
        [
            .. new long[] { 1, 9 }.SelectMany(label =>
                Enumerable.Range(0, all["label"].Rows).Where(row => all["label"].As<long>()[row] == label).Take(3)),
        ];
        var path = NumpyFile.Write(_sample.Folder["few.npz"],
            ("input", "<f4", [rows.Length, .. all["input"].Dims[1..]], all["input"].Pick(rows).Data),
            ("label", "<i8", [rows.Length], all["label"].Pick(rows).Data));

        var transcript = Transcript.OfChecker([.. _sample.CheckArguments(), "--data", path]);

        transcript.Refused(3, "too few");
        Assert.Contains("FAILED  obfuscated accuracy", transcript.Output, StringComparison.Ordinal);
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
    public void Signs_of_scales_that_turned_show_and_undoing_them_brings_the_model_back()
    {
        var model = Repository.Model("resnet20-fmnist-bn.onnx");
        string scale;
        using (var file = ModelFile.Open(model)) scale = file.Normalizations[0].Parameters[0].Values.Path;
        var checks = CheckStealth(new SearchSettings
        {
            Strategy = StrategyKind.Random,
            Move = MoveKind.Sign,
            Stealth = StealthKind.Off,
            Tensors = TensorFilter.None with { Include = [scale] },
            MaxWeights = 4,
        }, model, "--data", Data);

        Assert.Equal(Failed, checks["stealth: odd signs of a tensor"]);
        Assert.Equal(Failed, checks["stealth: undoing"]);
        Assert.Equal(NotRun, checks["stealth: odd signs of a channel"]);
    }

    [Fact]
    public void Likely_values_do_not_show()
    {
        var checks = CheckStealth(
            new SearchSettings { Strategy = StrategyKind.Random, Move = MoveKind.Best, MaxWeights = 400 },
            Repository.Model("resnet20-fmnist.onnx"), "--no-session");

        Assert.Equal(NotRun, checks["stealth: covariance of a channel's parameters"]);
        Assert.All(CheckNames.Detectors.Except(["stealth: covariance of a channel's parameters"]),
            name => Assert.Equal(Passed, checks[name]));
        Assert.Equal(NotRun, checks[CheckNames.Undoing]);
    }

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

    /// <summary>The checks that failed.</summary>
    private Dictionary<string, string> CheckStealth(SearchSettings search, string model, params string[] more)
    {
        var (output, secrets) = (_sample.Folder["stealth.onnx"], _sample.Folder["stealth.p7m"]);
        UnmeasuredProtection.Run(
            new ProtectionOptions(model, output, secrets, Identity.Of(TestKeys.Signer), [TestKeys.Alice])
            {
                Search = search,
            });
        return Checks(Transcript.OfChecker(
        [
            output, "-s", secrets, "-i", _sample.Folder["device.pem"], "--trust", _sample.Folder["vendor.crt"],
            "--stealth", "--json", .. more,
        ])).ToDictionary(check => check.Name, check => check.Outcome, StringComparer.Ordinal);
    }

    private static (string Name, string Outcome)[] Refused(int code, string[] arguments)
    {
        var transcript = Transcript.OfChecker([.. arguments, "--json"]);
        transcript.Refused(code);
        Assert.False(JsonDocument.Parse(transcript.Output).RootElement.GetProperty("ok").GetBoolean());
        Assert.Contains(JsonDocument.Parse(transcript.Output).RootElement.GetProperty("checks").EnumerateArray(),
            check => check.TryGetProperty("ok", out var ok) && ok.ValueKind == JsonValueKind.False);
        return [.. Checks(transcript).Where(check => check.Outcome == Failed)];
    }

    private static (string Name, string Outcome)[] Checks(Transcript transcript) =>
    [
        .. JsonDocument.Parse(transcript.Output).RootElement.GetProperty("checks").EnumerateArray().Select(check =>
            (check.GetProperty("name").GetString()!, check.GetProperty("outcome").GetString()!)),
    ];

    private static string Vector(string name) => Path.Combine(VectorFile.Folder, name);
}
