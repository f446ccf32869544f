using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Data;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Secrets.Keys;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Models of a fixed batch size that is larger than what a round of the search looks at.</summary>
public sealed class WholeBatchTests : IDisposable
{
    private const int Batch = 320;

    private static readonly X509Certificate2 Key = KeyFiles.Create("batch tests");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(StrategyKind.Gradient, "gradient")]
    [InlineData(StrategyKind.NnSplitter, "paper")]
    public void A_fixed_batch_larger_than_a_rounds_sample_is_searched_by_whole_batches(
        StrategyKind strategy, string name)
    {
        var model = new SmallModel()
            .Input("input", DataType.Float, Batch, 16).Weights("first", 16, 24).Weights("second", 24, 4)
            .Node("MatMul", ["input", "first"], "sums").Node("Relu", ["sums"], "hidden")
            .Node("MatMul", ["hidden", "second"], "scores").Output("scores", DataType.Float, Batch, 4)
            .Write(_folder[$"{name}.onnx"]);
        using var signer = Identity.Of(Key);
        var options = new ProtectionOptions(model, _folder["out.onnx"], _folder["out.p7m"], signer, [Key])
        {
            Data = new DataSettings
            {
                Calibration = TinyClassifier.WriteExamples(_folder["calibration.npz"], Batch + 40),
                Evaluation = TinyClassifier.WriteExamples(_folder["evaluation.npz"], Batch + 7),
            },
            Search = new SearchSettings
            {
                Strategy = strategy,
                Stealth = StealthKind.Off,
                MaxWeights = 12,
                TargetAccuracy = 0.5,
                NnSplitter = new NnSplitterOptions { Updates = 2, Rollouts = 2, Steps = 8 },
            },
            AcceptBest = true,
        };

        var report = ProtectionPipeline.Run(options);

        Assert.InRange(report.WeightsChanged, 1, 12);
        Assert.InRange(report.Obfuscated, 0, strategy == StrategyKind.Gradient ? 0.5 : 0.99);
        Assert.Equal(1, report.Original);
    }

    [Theory]
    [InlineData(null, 5, 3, 3)]
    [InlineData(null, 5, 9, 5)]
    [InlineData(4, 11, 1, 4)]
    [InlineData(4, 11, 5, 8)]
    [InlineData(4, 11, 100, 11)]
    [InlineData(4, 4, 4, 4)]
    public void A_sample_is_of_whole_batches(int? batch, int have, int wanted, int expected) =>
        Assert.Equal(expected, Signature(batch).Sample(Examples(have), wanted).Count);

    [Fact]
    public void There_is_no_sample_of_nothing()
    {
        Assert.Throws<DataFormatException>(() => Signature(4).Sample(Examples(3), 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Signature(null).Sample(Examples(3), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Examples(3).Pick([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Examples(3).First(0));
    }

    private static ModelSignature Signature(int? batch) => new([], "out", [4], Metric.Accuracy, batch, OneByOne: false);

    private Dataset Examples(int count)
    {
        var path = _folder[$"{count}.npz"];
        if (!File.Exists(path)) TinyClassifier.WriteExamples(path, count);
        return new Dataset(NumpyArchive.Read(path), Labels: null);
    }
}
