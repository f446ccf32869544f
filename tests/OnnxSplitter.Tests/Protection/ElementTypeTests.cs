using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Onnx;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Searches by the gradient on models whose weights are no float32.</summary>
public sealed class ElementTypeTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private static readonly X509Certificate2 Key = KeyFiles.Create("element type tests");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("float16", MoveKind.Sign)]
    [InlineData("float16", MoveKind.Best)]
    [InlineData("float64", MoveKind.Sign)]
    [InlineData("float64", MoveKind.Best)]
    public void A_model_that_computes_in_another_float_type_comes_to_chance_and_back(string type, MoveKind move) =>
        ComesToChanceAndBack(TypedClassifier.WriteWhole(_folder["model.onnx"], EncodedTensor.Named(type)), type, move);

    [Theory]
    [InlineData("float16")]
    [InlineData("bfloat16")]
    [InlineData("float64")]
    public void So_does_one_that_casts_its_weights(string type) =>
        ComesToChanceAndBack(
            TypedClassifier.WriteCast(_folder["model.onnx"], EncodedTensor.Named(type)), type, MoveKind.Best);

    [Theory]
    [InlineData("int8", MoveKind.Sign)]
    [InlineData("int8", MoveKind.Swap)]
    [InlineData("int8", MoveKind.Extreme)]
    [InlineData("uint8", MoveKind.Sign)]
    [InlineData("uint8", MoveKind.Best)]
    [InlineData("int16", MoveKind.Best)]
    [InlineData("uint16", MoveKind.Sign)]
    [InlineData("int4", MoveKind.Best)]
    [InlineData("uint4", MoveKind.Sign)]
    public void So_does_a_quantised_one(string type, MoveKind move) =>
        ComesToChanceAndBack(
            TypedClassifier.WriteQuantised(_folder["model.onnx"], EncodedTensor.Named(type)), type, move);

    [Fact]
    public void A_sign_of_a_code_is_counted_from_its_zero_point()
    {
        var options = Options(TypedClassifier.WriteQuantised(_folder["model.onnx"], ElementType.UInt8), MoveKind.Sign);

        ProtectionPipeline.Run(options);

        var (original, obfuscated) = (ModelFile.Open(options.Model), ModelFile.Open(options.Output));
        using var secrets = SecretsEnvelope.Open(SecretsEnvelope.ReadFile(options.Secrets), Key, Key);
        Assert.NotEmpty(secrets.Tensors);
        foreach (var tensor in secrets.Tensors)
        {
            var weights = obfuscated.Find(tensor.Path)!;
            using var stream = File.OpenRead(options.Output);
            Assert.Equal(tensor.RestoredBits.Select(bits => Math.Min(255, 256 - (long)bits)),
                WeightPatcher.Read(stream, weights, tensor.Indices).Select(bits => (long)bits));
        }

        Assert.Equal(original.Weights.Select(tensor => tensor.Path), obfuscated.Weights.Select(tensor => tensor.Path));
    }

    [Fact]
    public void ResNet20_quantised_to_int8_comes_to_chance_with_at_most_30_weights()
    {
        Peer.Require(Python, "-c", "import onnx");
        Quantise("--data", Repository.Model("fashion-mnist-calibration.npz"));
        var options = Options(_folder["model.onnx"]) with
        {
            Data = new DataSettings { Metric = Metric.Accuracy, Calibration = Examples.Calibration(256) },
            Search = new SearchSettings { Move = MoveKind.Sign, MaxWeights = 30, Stealth = StealthKind.Off },
        };

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.TargetReached && report.Written, report.ToString());
        Assert.InRange(report.Original, 0.85, 1);
        Assert.InRange(report.WeightsChanged, 1, 30);
        Restores(options);
    }

    [Fact]
    public void Packed_weights_of_a_language_model_with_a_cache_come_to_chance_and_back()
    {
        var options = Options(LanguageModel.Write(_folder["model.onnx"]), metric: Metric.NormalizedError);

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.TargetReached && report.Written, report.ToString());
        Assert.InRange(report.WeightsChanged, 1, 100);
        Assert.Contains(ModelFile.Open(options.Model).Weights, tensor => tensor.Path == "norm");
        Restores(options);
    }

    [Theory]
    [InlineData("float64")]
    [InlineData("bfloat16")]
    public void What_ONNX_Runtime_can_not_run_is_refused_with_the_node(string type)
    {
        Peer.Require(Python, "-c", "import onnx");
        Quantise("--to", type);

        var refused = Assert.Throws<ModelFormatException>(() => ProtectionPipeline.Run(Options(_folder["model.onnx"])));

        Assert.Contains("/conv1/Conv", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.onnx"]) || File.Exists(_folder["out.p7m"]));
    }

    private void Quantise(params string[] arguments) => Peer.Run(Python,
        ["-B", Path.Combine(Repository.Root, "tools", "quantise", "quantise.py"),
            Repository.Model("resnet20-fmnist.onnx"),
            _folder["model.onnx"], .. arguments]);

    private void ComesToChanceAndBack(string model, string type, MoveKind move)
    {
        var options = Options(model, move);

        var report = ProtectionPipeline.Run(options);

        Assert.All(ModelFile.Open(model).Weights, tensor => Assert.Equal(type, tensor.Type.ToString()));
        Assert.True(report.TargetReached && report.Written, report.ToString());
        Assert.InRange(report.WeightsChanged, 1, 100);
        Assert.Equal((1.0, 1.0), (report.Original, report.Restored));
        Restores(options);
    }

    private void Restores(ProtectionOptions options)
    {
        using var secrets = SecretsEnvelope.Open(SecretsEnvelope.ReadFile(options.Secrets), Key, Key);
        ModelRestorer.RestoreToFile(options.Output, secrets, _folder["restored.onnx"], overwrite: false);
        Assert.Equal(ModelFile.Digest(options.Model), ModelFile.Digest(_folder["restored.onnx"]));
    }

    private ProtectionOptions Options(
        string model, MoveKind move = MoveKind.Sign, Metric metric = Metric.Accuracy) =>
        new(model, _folder["out.onnx"], _folder["out.p7m"], Identity.Of(Key), [Key])
        {
            // What is asked here is how values of other types change, not which values may.
            Search = new SearchSettings { Move = move, Stealth = StealthKind.Off },
            Data = new DataSettings { Metric = metric },
        };
}
