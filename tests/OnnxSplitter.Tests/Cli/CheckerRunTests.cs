using OnnxSplitter.Checker;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Onnx;
using OnnxSplitter.Tests.Protection;
using OnnxSplitter.Tests.Secrets;
using static OnnxSplitter.Tests.Cli.CheckOutcomes;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Cli;

/// <summary>What the checker sees by running models, and by looking at their weights.</summary>
public sealed class CheckerRunTests : IDisposable
{
    private static readonly string Data = Examples.Evaluation(512);

    private readonly ShippedSample _sample = new();

    [Theory]
    [InlineData("float16")]
    [InlineData("float64")]
    public void Outputs_of_other_float_types_are_compared(string type)
    {
        var model = TypedClassifier.WriteWhole(_sample.Folder["typed.onnx"], EncodedTensor.Named(type));

        Assert.Contains((CheckNames.Outputs, Passed), Checks(CheckProtected(model)));
    }

    [Fact]
    public void An_output_that_the_model_does_not_have_is_refused()
    {
        var transcript = Transcript.OfChecker([.. _sample.CheckArguments(), "--model-output", "nope"]);

        transcript.Refused(ExitCodes.Input, "named 'nope'");
        Assert.Contains("There is no answer: the checks did not come to their end.", transcript.Output,
            StringComparison.Ordinal);
        Assert.Contains("'logits'", transcript.Error, StringComparison.Ordinal);
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

    public void Dispose() => _sample.Dispose();

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
}
