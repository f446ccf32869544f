using System.Text.Json;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Tests.Cli;

public sealed class CheckerTests : IDisposable
{
    private readonly ShippedSample _sample = new();

    [Fact]
    public void A_protected_model_passes_every_check()
    {
        var transcript = Transcript.OfChecker([
            .. _sample.CheckArguments(), "--original", _sample.Original, "--data",
            Repository.Model("fashion-mnist-evaluation.npz"), "--json",
        ]);

        transcript.Done();
        var json = JsonDocument.Parse(transcript.Output).RootElement;
        Assert.True(json.GetProperty("ok").GetBoolean());
        Assert.Equal(
            [
                "signature", "identity", "obfuscated file", "restored model", "changed weights", "original file",
                "other bytes", "session", "data", "accuracy", "outputs",
            ],
            json.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()!));
    }

    [Fact]
    public void A_wrong_identity_fails_after_the_signature()
    {
        var checks = Failed(4, _sample.CheckArguments(identity: "other"));
        Assert.Equal([("signature", true), ("identity", false)], checks);
    }

    [Fact]
    public void A_signer_that_is_not_pinned_fails_at_once() =>
        Assert.Equal([("signature", false)], Failed(5, _sample.CheckArguments(trust: "stranger")));

    [Fact]
    public void An_altered_model_fails()
    {
        ShippedSample.Flip(_sample.Obfuscated, 0.6);
        Assert.Equal(("obfuscated file", false), Failed(5, _sample.CheckArguments())[^1]);
    }

    [Fact]
    public void A_longer_model_fails()
    {
        File.AppendAllBytes(_sample.Obfuscated, [0]);
        Assert.Equal(("obfuscated file", false), Failed(5, _sample.CheckArguments())[^1]);
    }

    [Fact]
    public void Another_original_fails() =>
        Assert.Equal(("original file", false), Failed(5,
            [.. _sample.CheckArguments(), "--original", Repository.Model("resnet20-fmnist-bn.onnx")])[^1]);

    [Fact]
    public void A_listed_weight_that_did_not_change_is_a_no()
    {
        // Secrets that also list a weight which is the same in both files.
        var change = _sample.Plain.Changes[0];
        using var stream = ModelFile.OpenRead(_sample.Original);
        var bits = OnnxSplitter.Onnx.Weights.WeightPatcher.Read(stream, change.Tensor, change.Index + 1);
        using var secrets = _sample.Plain.SecretsOf(
            [.. _sample.Plain.Changes, change with { Index = change.Index + 1, Original = bits, Obfuscated = bits }]);
        _sample.Seal(secrets);

        Assert.Contains(("changed weights", false), Failed(1, _sample.CheckArguments()));
    }

    [Fact]
    public void A_missing_model_is_an_input_error()
    {
        File.Delete(_sample.Obfuscated);
        Assert.Equal(("obfuscated file", false), Failed(3, _sample.CheckArguments())[^1]);
    }

    public void Dispose() => _sample.Dispose();

    private static (string Name, bool Ok)[] Failed(int code, string[] arguments)
    {
        var transcript = Transcript.OfChecker([.. arguments, "--json"]);
        transcript.Refused(code);
        var json = JsonDocument.Parse(transcript.Output).RootElement;
        Assert.False(json.GetProperty("ok").GetBoolean());
        return
        [
            .. json.GetProperty("checks").EnumerateArray().Select(check =>
                (check.GetProperty("name").GetString()!, check.GetProperty("ok").GetBoolean())),
        ];
    }
}
