using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

public sealed class ProtectionPipelineTests : IDisposable
{
    private static readonly X509Certificate2 Key = KeyFiles.Create("pipeline tests");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ten_or_so_sign_flips_bring_a_real_model_to_chance_and_the_original_comes_back()
    {
        var options = Options("resnet20-fmnist.onnx") with
        {
            Data = new DataSettings { Calibration = Data(0, 384) },
            Search = new SearchSettings { MaxWeights = 24, TargetAccuracy = 0.2 },
        };

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.TargetReached && report.Written);
        Assert.InRange(report.Original, 0.85, 1);
        Assert.InRange(report.Obfuscated, 0, 0.2);
        Assert.Equal(report.Original, report.Restored);
        Assert.InRange(report.WeightsChanged, 1, 24);
        Assert.InRange(report.SecretsBytes, 1, 5 * 1024);
        using var secrets = SecretsEnvelope.Open(SecretsEnvelope.ReadFile(options.Secrets), Key, Key);
        Assert.Equal(report.WeightsChanged, secrets.Tensors.Sum(tensor => tensor.Indices.Length));
        Assert.Equal(DifferentWeights(options.Model, options.Output), report.WeightsChanged);
        ModelRestorer.RestoreToFile(options.Output, secrets, _folder["restored.onnx"], overwrite: false);
        Assert.Equal(SHA256.HashData(File.ReadAllBytes(options.Model)),
            SHA256.HashData(File.ReadAllBytes(_folder["restored.onnx"])));
    }

    [Fact]
    public void The_same_seed_chooses_the_same_weights()
    {
        var first = Options("vit-fmnist.onnx", "a") with
        {
            Data = new DataSettings { Calibration = Data(0, 96) },
            Search = new SearchSettings { MaxWeights = 3, Move = MoveKind.Best },
            AcceptBest = true,
        };
        var second = Options("vit-fmnist.onnx", "b") with
        {
            Data = new DataSettings { Calibration = first.Data.Calibration },
            Search = new SearchSettings { MaxWeights = 3, Move = MoveKind.Best },
            AcceptBest = true,
        };

        ProtectionPipeline.Run(first);
        ProtectionPipeline.Run(second);

        Assert.Equal(File.ReadAllBytes(first.Output), File.ReadAllBytes(second.Output));
    }

    [Fact]
    public void A_search_that_was_broken_off_ends_as_it_would_have_without_the_break()
    {
        var whole = Options("", "a") with
        {
            Data = new DataSettings { Calibration = TinyClassifier.WriteExamples(_folder["tiny.npz"], 96) },
            Search = new SearchSettings { MaxWeights = 12, TargetAccuracy = 0 },
            Model = TinyClassifier.Write(_folder["tiny.onnx"]),
            AcceptBest = true,
        };
        ProtectionPipeline.Run(whole);
        var broken = whole with { Output = _folder["b.onnx"], Secrets = _folder["b.p7m"], State = _folder["b.state"] };

        var breaks = 0;
        while (Breaks(broken))
        {
            Assert.False(File.Exists(broken.Output) || File.Exists(broken.Secrets));
            Assert.InRange(++breaks, 1, 100);
            broken = broken with { Resume = true };
        }

        Assert.InRange(breaks, 2, 100);
        Assert.Equal(File.ReadAllBytes(whole.Output), File.ReadAllBytes(broken.Output));
    }

    [Fact]
    public void A_target_that_is_not_reached_leaves_nothing_behind()
    {
        var options = Options("resnet20-fmnist.onnx") with
        {
            Data = new DataSettings { Calibration = Data(0, 48) },
            Search = new SearchSettings { MaxWeights = 1 },
        };

        var report = ProtectionPipeline.Run(options);

        Assert.False(report.TargetReached || report.Written);
        Assert.Equal(1, report.WeightsChanged);
        Assert.Equal(["data-0-48.npz"], Directory.GetFiles(_folder.Root).Select(Path.GetFileName));
    }

    [Fact]
    public void Random_changes_hurt_little()
    {
        var options = Options("resnet20-fmnist.onnx") with
        {
            Data = new DataSettings { Calibration = Data(0, 600) },
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
        var options = Options("resnet20-fmnist.onnx") with
        {
            Data = new DataSettings { Calibration = Data(0, 96) },
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
        Assert.Equal(DifferentWeights(options.Model, options.Output), report.WeightsChanged);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_labels_or_without_data_the_models_own_predictions_stand_for_labels(bool data)
    {
        var options = Options("vit-fmnist.onnx") with
        {
            Data = new DataSettings { Calibration = data ? Data(0, 48, labels: false) : null },
            Search = new SearchSettings { MaxWeights = 100 },
            AcceptBest = true,
        };

        var report = ProtectionPipeline.Run(options);

        Assert.Equal(data ? DataSource.OwnPredictions : DataSource.RandomInputs, report.Source);
        Assert.Equal(1, report.Original);
        Assert.True(report.Obfuscated < 1, report.ToString());
    }

    [Fact]
    public void A_model_that_takes_one_batch_size_only_and_ends_in_probabilities_is_protected()
    {
        var model = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx")).ParseWhole();
        model.Graph.Input[0].Type.TensorType.Shape.Dim[0] = new() { DimValue = 8 };
        model.Graph.Output[0].Name = "probabilities";
        model.Graph.Node.Add(
            new global::Onnx.NodeProto { OpType = "Softmax", Input = { "logits" }, Output = { "probabilities" } });
        File.WriteAllBytes(_folder["fixed.onnx"], model.ToByteArray());
        var options = Options("") with
        {
            Data = new DataSettings { Calibration = Data(0, 100) },
            Search = new SearchSettings { MaxWeights = 4 },
            Model = _folder["fixed.onnx"],
            AcceptBest = true,
        };

        var report = ProtectionPipeline.Run(options);

        Assert.InRange(report.Original, 0.85, 1);
        Assert.True(report.Obfuscated < report.Original - 0.2);
        Assert.Equal(report.Original, report.Restored);
    }

    [Fact]
    public void Evaluation_data_is_used_as_given()
    {
        var options = Options("resnet20-fmnist.onnx") with
        {
            Data = new DataSettings { Calibration = Data(0, 48), Evaluation = Data(100, 50) },
            Search = new SearchSettings { MaxWeights = 1 },
            AcceptBest = true,
        };

        var report = ProtectionPipeline.Run(options);

        using var session = new InferenceSession(options.Output);
        Assert.Equal(report.Obfuscated, BalancedAccuracy(session, 100, 50), 9);
    }

    [Fact]
    public void A_model_whose_output_is_a_map_is_brought_to_the_error_of_a_constant()
    {
        var options = Options("") with
        {
            Model = new SmallModel()
                .Input("x", DataType.Float, "n", 3, "h", "w").Output("map", DataType.Float, "n", 2, "h", "w")
                .Weights("first", 4, 3, 3, 3).Weights("second", 2, 4, 3, 3)
                .Node("Conv", ["x", "first"], "inner", ("pads", new long[] { 1, 1, 1, 1 }))
                .Node("Relu", ["inner"], "lit")
                .Node("Conv", ["lit", "second"], "map", ("pads", new long[] { 1, 1, 1, 1 })).Write(_folder["map.onnx"]),
            Data = new DataSettings
            {
                InputShapes = InputShapes.None.Add("x", [1, 3, 6, 6]),
                Metric = Metric.NormalizedError,
            },
        };

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.TargetReached && report.Written, report.ToString());
        Assert.Equal((Metric.NormalizedError, 1.0), (report.Metric, report.Target));
        Assert.Equal((0.0, 0.0), (report.Original, report.Restored));
        Assert.InRange(report.Obfuscated, 1, 1e6);
        Assert.Equal([1, 3, 6, 6], report.DrawnShapes["x"]);
    }

    [Theory]
    [InlineData(StrategyKind.NnSplitter)]
    [InlineData(StrategyKind.Random)]
    public void Other_strategies_harm_it_too(StrategyKind strategy)
    {
        var options = Options("") with
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
                .Write(_folder["score.onnx"]),
            AcceptBest = true,
        };

        var report = ProtectionPipeline.Run(options);

        Assert.Equal(Metric.NormalizedError, report.Metric);
        Assert.Equal((0.0, 0.0), (report.Original, report.Restored));
        Assert.True(report.Written && report.Obfuscated > 0.05, report.ToString());
    }

    /// <summary>Runs a job until three rounds were told since it had a state; whether it got so far.</summary>
    private static bool Breaks(ProtectionOptions options)
    {
        using var cancel = new CancellationTokenSource();
        var rounds = 0;
        try
        {
            ProtectionPipeline.Run(options, progress =>
            {
                if (File.Exists(options.State) && progress.Round > 0 && ++rounds == 3) cancel.Cancel();
            }, cancellation: cancel.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private ProtectionOptions Options(string model, string name = "out") =>
        new(Repository.Model(model), _folder[$"{name}.onnx"], _folder[$"{name}.p7m"], Identity.Of(Key), [Key]);

    private string Data(int start, int count, bool labels = true)
    {
        var path = _folder[$"data-{start}-{count}.npz"];
        var all = NumpyArchive.Read(Repository.Model("fashion-mnist-calibration.npz"));
        var rows = Enumerable.Range(start, count).ToArray();
        var (input, label) = (all["input"].Pick(rows), all["label"].Pick(rows));
        return labels
            ? NumpyFile.Write(path, ("input", "<f4", input.Dims, input.Data), ("label", "<i8", label.Dims, label.Data))
            : NumpyFile.Write(path, ("input", "<f4", input.Dims, input.Data));
    }

    private static double BalancedAccuracy(InferenceSession session, int start, int count)
    {
        var all = NumpyArchive.Read(Repository.Model("fashion-mnist-calibration.npz"));
        using var input = AlignedTensor.Of(
            all["input"].As<float>().Slice(start * 784, count * 784), [count, 1, 28, 28]);
        using var results = session.Run(new RunOptions(), ["input"], [input], ["logits"]);
        var scores = results[0].GetTensorDataAsSpan<float>().ToArray();
        var labels = all["label"].As<long>().Slice(start, count).ToArray();
        return Enumerable.Range(0, count).GroupBy(i => labels[i]).Average(group => group.Count(i =>
            Array.IndexOf(scores[(i * 10)..(i * 10 + 10)], scores[(i * 10)..(i * 10 + 10)].Max()) == group.Key)
                / (double)group.Count());
    }

    private static int DifferentWeights(string first, string second)
    {
        var (a, b) = (File.ReadAllBytes(first), File.ReadAllBytes(second));
        Assert.Equal(a.Length, b.Length);
        var words = new HashSet<(string, long)>();
        using var file = ModelFile.Open(first);
        for (var i = 0L; i < a.Length; i++)
        {
            if (a[i] == b[i]) continue;
            var (tensor, part) = file.Weights.Select(t => (t, t.Storage.Parts[0]))
                .Single(pair => pair.Item2.Offset <= i && i < pair.Item2.Offset + pair.Item2.Length);
            words.Add((tensor.Path, (i - part.Offset) / 4));
        }

        return words.Count;
    }
}
