using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

public sealed class ProtectionPipelineTests : IDisposable
{
    private readonly PipelineSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Ten_or_so_sign_flips_bring_a_real_model_to_chance_and_the_original_comes_back()
    {
        var options = _sample.Options("resnet20-fmnist.onnx") with
        {
            Data = new DataSettings { Calibration = _sample.Data(0, 384) },
            Search = new SearchSettings { MaxWeights = 24, TargetAccuracy = 0.2 },
        };

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.TargetReached && report.Written);
        Assert.InRange(report.Original, 0.85, 1);
        Assert.InRange(report.Obfuscated, 0, 0.2);
        Assert.Equal(report.Original, report.Restored);
        Assert.InRange(report.WeightsChanged, 1, 24);
        Assert.InRange(report.SecretsBytes, 1, 5 * 1024);
        using var secrets = SecretsEnvelope.Open(
            SecretsEnvelope.ReadFile(options.Secrets), PipelineSample.Key, PipelineSample.Key);
        Assert.Equal(report.WeightsChanged, secrets.Tensors.Sum(tensor => tensor.Indices.Length));
        Assert.Equal(PipelineSample.DifferentWeights(options.Model, options.Output), report.WeightsChanged);
        ModelRestorer.RestoreToFile(options.Output, secrets, _sample.Folder["restored.onnx"], overwrite: false);
        Assert.Equal(SHA256.HashData(File.ReadAllBytes(options.Model)),
            SHA256.HashData(File.ReadAllBytes(_sample.Folder["restored.onnx"])));
    }

    [Fact]
    public void The_same_seed_chooses_the_same_weights()
    {
        var first = _sample.Options("", "a") with
        {
            Model = TinyClassifier.Write(_sample.Folder["tiny.onnx"]),
            Data = new DataSettings { Calibration = TinyClassifier.WriteExamples(_sample.Folder["tiny.npz"], 96) },
            Search = new SearchSettings { MaxWeights = 12, Move = MoveKind.Best },
            AcceptBest = true,
        };
        var second = first with { Output = _sample.Folder["b.onnx"], Secrets = _sample.Folder["b.p7m"] };

        ProtectionPipeline.Run(first);
        ProtectionPipeline.Run(second);

        Assert.Equal(File.ReadAllBytes(first.Output), File.ReadAllBytes(second.Output));
    }

    [Fact]
    public void A_search_that_was_broken_off_ends_as_it_would_have_without_the_break()
    {
        var whole = _sample.Options("", "a") with
        {
            Data = new DataSettings { Calibration = TinyClassifier.WriteExamples(_sample.Folder["tiny.npz"], 96) },
            Search = new SearchSettings { MaxWeights = 12, TargetAccuracy = 0 },
            Model = TinyClassifier.Write(_sample.Folder["tiny.onnx"]),
            AcceptBest = true,
        };
        ProtectionPipeline.Run(whole);
        var broken = whole with
        {
            Output = _sample.Folder["b.onnx"],
            Secrets = _sample.Folder["b.p7m"],
            State = _sample.Folder["b.state"],
        };

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
        var options = _sample.Options("resnet20-fmnist.onnx") with
        {
            Data = new DataSettings { Calibration = _sample.Data(0, 48) },
            Search = new SearchSettings { MaxWeights = 1 },
        };

        var report = ProtectionPipeline.Run(options);

        Assert.False(report.TargetReached || report.Written);
        Assert.Equal(1, report.WeightsChanged);
        Assert.Equal(["data-0-48.npz"], Directory.GetFiles(_sample.Folder.Root).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_labels_or_without_data_the_models_own_predictions_stand_for_labels(bool data)
    {
        var options = _sample.Options("vit-fmnist.onnx") with
        {
            Data = new DataSettings { Calibration = data ? _sample.Data(0, 48, labels: false) : null },
            Search = new SearchSettings { TargetAccuracy = 0.8 },
        };

        var report = ProtectionPipeline.Run(options);

        Assert.Equal(data ? DataSource.OwnPredictions : DataSource.RandomInputs, report.Source);
        Assert.Equal(1, report.Original);
        Assert.InRange(report.Obfuscated, 0, 0.8);
    }

    [Fact]
    public void A_model_that_takes_one_batch_size_only_and_ends_in_probabilities_is_protected()
    {
        var model = ModelFile.Open(Repository.Model("resnet20-fmnist.onnx")).ParseWhole();
        model.Graph.Input[0].Type.TensorType.Shape.Dim[0] = new() { DimValue = 8 };
        model.Graph.Output[0].Name = "probabilities";
        model.Graph.Node.Add(
            new global::Onnx.NodeProto { OpType = "Softmax", Input = { "logits" }, Output = { "probabilities" } });
        File.WriteAllBytes(_sample.Folder["fixed.onnx"], model.ToByteArray());
        var options = _sample.Options("") with
        {
            Data = new DataSettings { Calibration = _sample.Data(0, 100) },
            Search = new SearchSettings { MaxWeights = 4 },
            Model = _sample.Folder["fixed.onnx"],
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
        var options = _sample.Options("resnet20-fmnist.onnx") with
        {
            Data = new DataSettings { Calibration = _sample.Data(0, 48), Evaluation = _sample.Data(100, 50) },
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
        var options = _sample.Options("") with
        {
            Model = new SmallModel()
                .Input("x", DataType.Float, "n", 3, "h", "w").Output("map", DataType.Float, "n", 2, "h", "w")
                .Weights("first", 4, 3, 3, 3).Weights("second", 2, 4, 3, 3)
                .Node("Conv", ["x", "first"], "inner", ("pads", new long[] { 1, 1, 1, 1 }))
                .Node("Relu", ["inner"], "lit")
                .Node("Conv", ["lit", "second"], "map", ("pads", new long[] { 1, 1, 1, 1 }))
                .Write(_sample.Folder["map.onnx"]),
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
}
