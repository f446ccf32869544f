using OnnxSplitter.Data;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Jobs whose weights are not chosen by gradient.</summary>
public sealed class OtherStrategiesTests : IDisposable
{
    private readonly PipelineSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Random_changes_hurt_little()
    {
        var options = _sample.Options("resnet20-fmnist.onnx") with
        {
            Data = new DataSettings { Calibration = _sample.Data(0, 600) },
            Search = new SearchSettings { Strategy = StrategyKind.Random, MaxWeights = 16, Seed = 3 },
            AcceptBest = true,
        };

        var report = ProtectionPipeline.Run(options);

        Assert.Equal(16, report.WeightsChanged);
        Assert.False(report.TargetReached);
        Assert.True(report.Written);
        Assert.InRange(report.Original - report.Obfuscated, -0.05, 0.05);
    }

    [Fact]
    public void The_papers_strategy_harms_a_real_model_and_the_original_comes_back()
    {
        var options = _sample.Options("resnet20-fmnist.onnx") with
        {
            Data = new DataSettings { Calibration = _sample.Data(0, 96) },
            Search = new SearchSettings
            {
                Strategy = StrategyKind.NnSplitter,
                NnSplitter = new NnSplitterOptions { Updates = 1, Rollouts = 2, MaskShift = 0.25 },
                MaxWeights = 300,
            },
            AcceptBest = true,
        };

        var report = ProtectionPipeline.Run(options);

        Assert.InRange(report.Original, 0.85, 1);
        Assert.True(report.Obfuscated < report.Original - 0.2, report.ToString());
        Assert.Equal(report.Original, report.Restored);
        Assert.InRange(report.WeightsChanged, 1, 300);
        Assert.Equal(PipelineSample.DifferentWeights(options.Model, options.Output), report.WeightsChanged);
    }

    [Theory]
    [InlineData(StrategyKind.NnSplitter)]
    [InlineData(StrategyKind.Random)]
    public void Other_strategies_harm_it_too(StrategyKind strategy)
    {
        var options = _sample.Options("") with
        {
            Search = new SearchSettings
            {
                Strategy = strategy,
                NnSplitter = new NnSplitterOptions { Updates = 1, Rollouts = 1 },
                MaxWeights = 40,
            },
            Model = new SmallModel().Input("x", DataType.Float, "n", 16).Output("y", DataType.Float, "n", 1)
                .Weights("first", 16, 24).Weights("second", 24, 1)
                .Node("MatMul", ["x", "first"], "inner").Node("Relu", ["inner"], "lit")
                .Node("MatMul", ["lit", "second"], "y")
                .Write(_sample.Folder["score.onnx"]),
            AcceptBest = true,
        };

        var report = ProtectionPipeline.Run(options);

        Assert.Equal(Metric.NormalizedError, report.Metric);
        Assert.Equal((0.0, 0.0), (report.Original, report.Restored));
        Assert.True(report.Written && report.Obfuscated > 0.05, report.ToString());
    }
}
