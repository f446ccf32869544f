using System.Text.Json;
using OnnxSplitter.Checker;
using OnnxSplitter.Tests.Protection;

namespace OnnxSplitter.Tests.Cli;

/// <summary>Compact secrets from end to end.</summary>
public sealed class CompactTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    public CompactTests() => TinyClassifier.Write(_sample.Folder["tiny.onnx"]);

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void They_are_written_if_the_restored_model_is_close_and_restore_to_it()
    {
        var transcript = Transcript.Of([.. Protect(), "--compact", "--compact-tolerance", "20", "--json"]);

        transcript.Done();
        var json = JsonDocument.Parse(transcript.Output).RootElement;
        Assert.True(json.GetProperty("compact").GetBoolean());
        Assert.InRange(json.GetProperty("accuracyRestored").GetDouble(), json.GetProperty("accuracyOriginal")
            .GetDouble() - 0.2, 1);
        string[] opening = ["-i", _sample.Folder["device.pem"], "--trust", _sample.Folder["vendor.crt"]];
        var restored = Transcript.Of(
            ["restore", _sample.Folder["new.onnx"], "-s", _sample.Folder["new.p7m"], .. opening, "-o",
                _sample.Restored]);
        restored.Done();
        Assert.Contains("close to the original model (compact secrets)", restored.Output, StringComparison.Ordinal);

        Transcript.Of("inspect", _sample.Folder["new.p7m"]).Done();
        Transcript.Of("inspect", _sample.Folder["new.p7m"], "-i", _sample.Folder["device.pem"])
            .Refused(2, "no certificate");
        var inspected = Transcript.Of(["inspect", _sample.Folder["new.p7m"], .. opening]);
        inspected.Done();
        Assert.Contains("Compact:", inspected.Output, StringComparison.Ordinal);
        Assert.Contains("Verified:", inspected.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_written_if_the_restored_model_is_too_far_off() => _sample.AssertNothingNew(() =>
    {
        var transcript = Transcript.Of([.. Protect(), "--compact", "--center", "300", "--json"]);
        var json = JsonDocument.Parse(transcript.Output).RootElement;
        Assert.False(json.GetProperty("written").GetBoolean());
        var restored = json.GetProperty("accuracyRestored").GetDouble();
        Assert.InRange(restored, 0, json.GetProperty("accuracyOriginal").GetDouble() - 0.006);
        transcript.Refused(1, FormattableString.Invariant($"give back {restored * 100:0.0} % only"));
        Assert.Contains("--compact-tolerance", transcript.Error, StringComparison.Ordinal);
    });

    [Fact]
    public void Accepting_the_best_does_not_accept_what_restores_badly() => _sample.AssertNothingNew(() =>
        Transcript.Of([.. Protect(), "--compact", "--center", "300", "--accept-best"]).Refused(1, "Compact secrets"));

    [Theory]
    [InlineData(0f, "20", true)]
    [InlineData(3e38f, "0.5", false)]
    public void The_checker_says_how_far_the_restored_model_is_from_the_original(
        float center, string tolerance, bool close)
    {
        using var secrets = _sample.Plain.CompactSecrets(center);
        _sample.Seal(secrets);

        var transcript = Transcript.OfChecker([
            .. _sample.CheckArguments(), "--original", _sample.Original, "--data",
            Examples.Evaluation(512), "--compact-tolerance", tolerance, "--json",
        ]);

        if (close) transcript.Done();
        else transcript.Refused(1);
        string[] notAsked =
            [.. CheckNames.Detectors, CheckNames.TrustedProcess, CheckNames.Worth, CheckNames.Undoing];
        var checks = JsonDocument.Parse(transcript.Output).RootElement.GetProperty("checks").EnumerateArray()
            .Where(check => !notAsked.Contains(check.GetProperty("name").GetString())).ToArray();
        Assert.Equal(
            [
                .. Enumerable.Repeat("passed", checks.Length - 1), close ? "passed" : "failed",
            ],
            checks.Select(check => check.GetProperty("outcome").GetString()!));
        Assert.Equal("restored accuracy", checks[^1].GetProperty("name").GetString());
        Assert.Contains("in 20 of the 20 listed weights",
            checks.Single(check => check.GetProperty("name").GetString() == "compact").GetProperty("detail")
                .GetString(),
            StringComparison.Ordinal);
    }

    private string[] Protect() => [.. _sample.ProtectArguments(_sample.Folder["tiny.onnx"]), "--target-accuracy", "1"];
}
