using System.Text.Json;
using OnnxSplitter.Data;

namespace OnnxSplitter.Tests.Cli;

public sealed class ProtectTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    [Fact]
    public void A_target_out_of_reach_writes_nothing_and_says_so()
    {
        _sample.AssertNothingNew(() =>
        {
            var transcript = Transcript.Of([.. Arguments(), "--json"]);
            transcript.Refused(1, "was not reached");
            var json = JsonDocument.Parse(transcript.Output).RootElement;
            Assert.False(json.GetProperty("written").GetBoolean());
            Assert.Equal(JsonValueKind.Null, json.GetProperty("accuracyRestored").ValueKind);
        });
    }

    [Theory]
    [InlineData("random")]
    [InlineData("keyed")]
    public void What_corrections_cost_is_said_where_they_are_asked_for(string strategy)
    {
        var transcript = Transcript.Of(
        [
            .. _sample.ProtectArguments(_sample.Original).SkipLast(4), "--strategy", strategy, "--no-evaluation",
            "--secured", "--max-layers", "2",
        ]);

        transcript.Done();
        Assert.Contains("Corrections: of ", transcript.Output, StringComparison.Ordinal);
        Assert.Contains("numbers for each example", transcript.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_are_counted_for_corrections_alone() =>
        Transcript.Of([.. _sample.ProtectArguments(_sample.Original), "--max-layers", "2"])
            .Refused(2, "--max-layers is for --secured");

    [Theory]
    [InlineData("--target-accuracy 0.2 --target-error 1", "one target")]
    [InlineData("--measure error --target-accuracy 0.2", "by another measure")]
    [InlineData("--measure accuracy --target-error 1", "by another measure")]
    [InlineData("--measure accuracy --target-worth 0.2", "is not measured")]
    public void Options_that_do_not_go_together_are_a_matter_of_usage(string options, string message) =>
        _sample.AssertNothingNew(() =>
            Transcript.Of([.. _sample.ProtectArguments(_sample.Original), .. options.Split(' ')]).Refused(2, message));

    [Fact]
    public void Of_the_two_ways_of_secured_inference_that_choose_layers_one_is_given() =>
        Transcript.Of([.. _sample.ProtectArguments(_sample.Original), "--secured", "--secured-tail", "2"])
            .Refused(2, "give one of them");

    [Fact]
    public void The_best_found_is_written_if_accepted_and_restores()
    {
        var transcript = Transcript.Of([.. Arguments(), "--accept-best", "--json"]);

        transcript.Refused(1, "was not reached");
        var json = JsonDocument.Parse(transcript.Output).RootElement;
        Assert.False(json.GetProperty("targetReached").GetBoolean());
        Assert.True(json.GetProperty("written").GetBoolean());
        Assert.Equal("random", json.GetProperty("strategy").GetString());
        Assert.Equal("best", json.GetProperty("move").GetString());
        Assert.Equal("labels", json.GetProperty("source").GetString());
        Assert.Equal(new FileInfo(_sample.Folder["new.p7m"]).Length, json.GetProperty("secretsBytes").GetInt64());
        Assert.Equal(
            json.GetProperty("accuracyOriginal").GetDouble(), json.GetProperty("accuracyRestored").GetDouble());
        foreach (var name in new[]
                 {
                     "model", "output", "secrets", "weightsChanged", "weightsTotal", "tensorsChanged",
                     "accuracyObfuscated", "seconds", "peakMemoryBytes",
                 })
            Assert.True(json.TryGetProperty(name, out _), name);

        Transcript.Of(
            "restore", _sample.Folder["new.onnx"], "-s", _sample.Folder["new.p7m"], "-i", _sample.Folder["device.pem"],
            "--trust", _sample.Folder["vendor.crt"], "-o", _sample.Restored).Done();
        Assert.Equal(File.ReadAllBytes(_sample.Original), File.ReadAllBytes(_sample.Restored));
    }

    [Fact]
    public void Evaluating_prints_the_accuracy_and_on_how_many_examples()
    {
        var transcript = Transcript.Of("evaluate", _sample.Original, "--data", Data(), "--json");

        transcript.Done();
        var json = JsonDocument.Parse(transcript.Output).RootElement;
        Assert.InRange(json.GetProperty("accuracy").GetDouble(), 0.8, 1);
        Assert.Equal(384, json.GetProperty("count").GetInt32());
    }

    [Fact]
    public void Classes_without_an_example_are_named()
    {
        var all = NumpyArchive.Read(Repository.Model("fashion-mnist-evaluation.npz"));
        int[] rows =
            [.. Enumerable.Range(0, all["label"].Rows).Where(row => all["label"].As<long>()[row] is 1 or 4 or 9)];
        var path = Examples.Write(_sample.Folder["three.npz"], all, rows);
        const string absent = "0, 2, 3, 5, 6, 7, 8";

        Assert.Contains($"Classes without an example: {absent}.",
            Transcript.Of("evaluate", _sample.Original, "--data", path).Output, StringComparison.Ordinal);
        string[] protect =
        [
            .. _sample.ProtectArguments(_sample.Original), "--data", path, "--accept-best", "--report",
            _sample.Folder["report.html"],
        ];
        Assert.Matches($"classes without an example +│ {absent} ", Transcript.Of(protect).Output);
        Assert.Contains($"Classes without an example: {absent}.",
            File.ReadAllText(_sample.Folder["report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_lie_beside_the_model_by_default()
    {
        File.Copy(_sample.Original, _sample.Folder["my.onnx"]);
        var transcript = Transcript.Of(
            "protect", _sample.Folder["my.onnx"], "-r", _sample.Folder["device.crt"], "--signer",
            _sample.Folder["vendor.pem"], "--strategy", "random", "--max-weights", "2", "--target-accuracy", "1",
            "--data", Data());

        transcript.Done();
        Assert.True(File.Exists(_sample.Folder["my.obfuscated.onnx"]));
        Assert.True(File.Exists(_sample.Folder["my.secrets.p7m"]));
        Assert.Contains("with its labels", transcript.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _sample.Dispose();

    private static string Data() => Examples.Calibration(384);

    private string[] Arguments() =>
        [.. _sample.ProtectArguments(_sample.Original), "--target-accuracy", "0", "--data", Data()];
}
