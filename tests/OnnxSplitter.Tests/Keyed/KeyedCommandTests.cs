using System.Text.Json;
using OnnxSplitter.Benchmarks;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Cli;
using OnnxSplitter.Tests.Protection;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Keyed;

/// <summary>Commands on models whose weights a key changes.</summary>
public sealed class KeyedCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string _model;
    private readonly string _data;

    public KeyedCommandTests()
    {
        _model = TinyClassifier.Write(_folder["model.onnx"]);
        _data = TinyClassifier.WriteExamples(_folder["data.npz"], 600);
        KeyFiles.WritePem(TestKeys.Signer, _folder["vendor.pem"], _folder["vendor.crt"], overwrite: false);
        KeyFiles.WritePem(TestKeys.Alice, _folder["device.pem"], _folder["device.crt"], overwrite: false);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_data_a_model_is_protected_checked_inspected_and_restored()
    {
        Protect("--no-evaluation").Done();
        Check("--original", _model).Done();
        var inspected = Transcript.Of("inspect", _folder["out.p7m"], "-i", _folder["device.pem"]);
        Assert.Contains("Keyed:         mantissa,shuffle", inspected.Output, StringComparison.Ordinal);
        Transcript.Of("restore", _folder["out.onnx"], "-s", _folder["out.p7m"], "-i", _folder["device.pem"],
            "--trust", _folder["vendor.crt"], "-o", _folder["back.onnx"]).Done();
        Assert.Equal(File.ReadAllBytes(_model), File.ReadAllBytes(_folder["back.onnx"]));
    }

    [Fact]
    public void With_data_it_is_measured_reported_and_passes_every_check_that_applies()
    {
        // Of a model of a few hundred weights, many a key leaves more than it may.
        _model = Repository.Model("resnet20-fmnist.onnx");
        var data = Examples.Evaluation(900);
        var protect = Protect("--data", data, "--json", "--report", _folder["report.json"],
            "--report", _folder["report.html"]);
        protect.Done();
        var result = JsonDocument.Parse(protect.Output).RootElement;
        Assert.Equal("keyed", result.GetProperty("strategy").GetString());
        Assert.Equal("mantissa,shuffle", result.GetProperty("rules").GetString());
        Assert.Equal(1, result.GetProperty("share").GetDouble());
        Assert.True(result.GetProperty("targetReached").GetBoolean());

        var check = Check("--original", _model, "--data", data, "--stealth", "--json");
        check.Done();
        Assert.All(CheckOutcomes.Checks(check), one => Assert.Equal(
            one.Name.StartsWith("stealth", StringComparison.Ordinal) || one.Name is "compact" or "trusted process"
                ? CheckOutcomes.NotRun : CheckOutcomes.Passed,
            one.Outcome));
    }

    [Fact]
    public void A_byte_that_the_key_does_not_change_is_noticed()
    {
        Protect("--no-evaluation").Done();
        ShippedSample.Flip(_folder["out.onnx"], 1);
        Assert.NotEqual(0, Check().Code);
    }

    [Theory]
    [InlineData("--move", "sign")]
    [InlineData("--stealth", "off")]
    [InlineData("--max-weights", "3")]
    [InlineData("--compact", null)]
    [InlineData("--variant-per-recipient", null)]
    [InlineData("--state", "x")]
    [InlineData("--resume", null)]
    [InlineData("--estimate-gradient", null)]
    [InlineData("--updates", "3")]
    [InlineData("--rule", "sign,mantissa")]
    [InlineData("--rule", "sign,sign")]
    [InlineData("--rule", "none")]
    [InlineData("--rule", "")]
    [InlineData("--share", "0")]
    [InlineData("--share", "1.5")]
    [InlineData("--which", "last")]
    public void Options_that_make_no_sense_with_a_key_are_refused(string option, string? value) =>
        Protect([option, .. value is null ? (string[])[] : [value]]).Refused(2);

    [Fact]
    public void A_rotation_draws_another_key_and_no_weaker_strategy_follows_one()
    {
        Protect("--no-evaluation").Done();
        string[] rotate =
        [
            "rotate", _folder["out.onnx"], "-s", _folder["out.p7m"], "-i", _folder["device.pem"],
            "-r", _folder["device.crt"], "--signer", _folder["vendor.pem"], "--data", _data,
            "-o", _folder["new.onnx"], "--new-secrets", _folder["new.p7m"], "--target-accuracy", "0.9",
        ];
        Transcript.Of([.. rotate]).Refused(2, "a rotation that changes few would show them");
        Transcript.Of([.. rotate, "--strategy", "keyed"]).Done();
        Assert.NotEqual(File.ReadAllBytes(_folder["out.onnx"]), File.ReadAllBytes(_folder["new.onnx"]));
        Transcript.Of("restore", _folder["new.onnx"], "-s", _folder["new.p7m"], "-i", _folder["device.pem"],
            "--trust", _folder["vendor.crt"], "-o", _folder["back.onnx"]).Done();
        Assert.Equal(File.ReadAllBytes(_model), File.ReadAllBytes(_folder["back.onnx"]));
    }

    [Fact]
    public void The_benchmark_measures_what_its_tables_say()
    {
        Peer.Require("openssl", "version");
        using var output = new StringWriter();
        Assert.Equal(0, KeyedBenchmark.Run(_folder.Root, 0.002, 1, output));
        foreach (var row in new[] { "protect mantissa", "restore sign", "| restored | packed" })
            Assert.Contains(row, output.ToString(), StringComparison.Ordinal);
    }

    private Transcript Protect(params string[] more) => Transcript.Of(
    [
        "protect", _model, "-r", _folder["device.crt"], "--signer", _folder["vendor.pem"], "--strategy", "keyed",
        "-o", _folder["out.onnx"], "-s", _folder["out.p7m"], .. more,
    ]);

    private Transcript Check(params string[] more) => Transcript.OfChecker(
    [
        _folder["out.onnx"], "-s", _folder["out.p7m"], "-i", _folder["device.pem"], "--trust", _folder["vendor.crt"],
        .. more,
    ]);
}
