using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Tests.Protection;
using OnnxSplitter.Worth.Cuts;
using OnnxSplitter.Worth.Readings;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Worth;

/// <summary>Models of which little was changed are told apart from protected ones, output by output.</summary>
public sealed class WorthMeterTests : IDisposable
{
    private const int Width = 16;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_of_which_one_landmark_coordinate_of_136_is_wrong_is_worth_what_it_was()
    {
        var path = Landmarks();
        var changed = Change(path, "w", (values, columns) =>
        {
            for (var row = 0; row < Width / 2; row++) values[row * columns] *= -1;
        });

        var left = Measure(path, changed, Metric.NormalizedError);

        var points = left.Outputs[0];
        Assert.Equal("points", points.Name);
        Assert.InRange(points.Worth, 0.98, 0.9999);
        Assert.Contains("points", WorthGoals.Default.Unprotected(left).Select(output => output.Name));
    }

    [Fact]
    public void The_original_itself_is_worth_everything() =>
        Assert.All(Measure(Landmarks(), Landmarks(), Metric.NormalizedError).Outputs,
            output => Assert.Equal(1, output.Worth, 6));

    [Fact]
    public void Of_more_classes_than_values_are_looked_at_of_maps_every_score_counts()
    {
        var path = new SmallModel()
            .Input("input", DataType.Float, "n", Width).Output("scores", DataType.Float, "n", 300)
            .Weights("w", Width, 300).Node("MatMul", ["input", "w"], "scores").Write(_folder["wide.onnx"]);

        var scores = Assert.Single(Measure(path, path, Metric.Accuracy).Outputs);

        Assert.True(scores.OfClasses);
        Assert.Equal(1, scores.Readings[0].Value);
        Assert.Equal(1, scores.Unlabelled);
    }

    [Fact]
    public void A_second_output_that_was_left_alone_is_named()
    {
        var path = Landmarks();
        var changed = Change(path, "w", (values, _) => new Random(9).Shuffle(values));

        var left = Measure(path, changed, Metric.NormalizedError);

        Assert.Equal(["points", "boxes"], left.Outputs.Select(output => output.Name));
        Assert.InRange(left.Outputs[0].Unlabelled, 0, 0.25);
        Assert.Equal(1, left.Outputs[1].Worth, 6);
        Assert.Equal(["boxes"], WorthGoals.Default.Unprotected(left).Select(output => output.Name));
        Assert.Empty(WorthGoals.Default.Unprotected(left.Of(["points"])));
    }

    [Fact]
    public void Class_scores_that_collapse_to_one_class_by_a_constant_are_worth_what_they_were()
    {
        var path = TinyClassifier.Write(_folder["model.onnx"]);
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        model.Graph.Initializer.Add(new TensorProto
        {
            Name = "shift",
            DataType = (int)DataType.Float,
            Dims = { 4 },
            FloatData = { 0, 0, 0, 0 },
        });
        model.Graph.Node[^1].Output[0] = "plain";
        model.Graph.Node.Add(new NodeProto { OpType = "Add", Input = { "plain", "shift" }, Output = { "scores" } });
        File.WriteAllBytes(path, model.ToByteArray());
        model.Graph.Initializer[^1].FloatData[2] = 1e4f;
        File.WriteAllBytes(_folder["changed.onnx"], model.ToByteArray());

        var scores = Assert.Single(Measure(path, _folder["changed.onnx"], Metric.Accuracy).Outputs);

        Assert.Equal(0, scores.Readings[0].Worth);
        Assert.InRange(scores.Unlabelled, 0.8, 1);
        Assert.InRange(scores.Readings[0].StandardError, 0.001, 0.1);
    }

    [Fact]
    public void A_number_that_is_far_off_and_still_on_the_right_side_decides_as_before()
    {
        // (input * w) * (1 + (input * v * k)^2)
        var path = new SmallModel()
            .Input("input", DataType.Float, "n", Width).Output("logit", DataType.Float, "n", 1)
            .Weights("w", Width, 1).Weights("v", Width, 1).Weights("k", 1, 1).Number("one", 1)
            .Node("MatMul", ["input", "w"], "plain").Node("MatMul", ["input", "v"], "other")
            .Node("Mul", ["other", "k"], "scaled").Node("Mul", ["scaled", "scaled"], "square")
            .Node("Add", ["square", "one"], "factor").Node("Mul", ["plain", "factor"], "logit")
            .Write(_folder["model.onnx"]);
        File.Move(Change(path, "k", (values, _) => values[0] = 0), path, overwrite: true);
        var changed = Change(path, "k", (values, _) => values[0] = 100);

        var left = Assert.Single(Measure(path, changed, Metric.NormalizedError, decided: true).Outputs);
        var without = Assert.Single(Measure(path, changed, Metric.NormalizedError).Outputs);

        Assert.InRange(without.Unlabelled, 0, 0.6);
        Assert.Equal(1, left.Unlabelled);
    }

    [Fact]
    public void Values_from_inside_are_read_from_the_file_as_it_is()
    {
        var path = TinyClassifier.Write(_folder["model.onnx"]);
        var digest = SHA256.HashData(File.ReadAllBytes(path));
        using var plain = Sessions.Plain.Open(path);
        using var open = ModelWithOutputs.Open(Sessions.Plain, path, ["hidden"]);
        using var input = OrtValue.CreateTensorValueFromMemory(
            Enumerable.Range(0, Width).Select(i => i / 4f - 2).ToArray(), [1, Width]);
        using var run = new RunOptions();

        using var expected = plain.Run(run, ["input"], [input], ["scores"]);
        using var found = open.Run(run, ["input"], [input], ["scores", "hidden"]);

        Assert.Equal(
            expected[0].GetTensorDataAsSpan<float>().ToArray(), found[0].GetTensorDataAsSpan<float>().ToArray());
        Assert.Contains(found[1].GetTensorDataAsSpan<float>().ToArray(), value => value > 0);
        Assert.Equal(digest, SHA256.HashData(File.ReadAllBytes(path)));
    }

    private string Landmarks() => new SmallModel().Input("input", DataType.Float, "n", Width)
        .Output("points", DataType.Float, "n", 136).Output("boxes", DataType.Float, "n", 4)
        .Weights("w", Width, 136).Weights("v", Width, 4)
        .Node("MatMul", ["input", "w"], "points").Node("MatMul", ["input", "v"], "boxes")
        .Write(_folder["model.onnx"]);

    private string Change(string path, string tensor, Action<float[], int> change)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        var weights = model.Graph.Initializer.Single(initializer => initializer.Name == tensor);
        var values = MemoryMarshal.Cast<byte, float>(weights.RawData.Span).ToArray();
        change(values, (int)weights.Dims[1]);
        weights.RawData = ByteString.CopyFrom(NumpyFile.Bytes(values));
        File.WriteAllBytes(_folder["changed.onnx"], model.ToByteArray());
        return _folder["changed.onnx"];
    }

    private static WorthLeft Measure(string path, string changed, Metric metric, bool decided = false)
    {
        var session = Sessions.Plain.Open(path);
        using var original = new LoadedModel(
            session, ModelSignature.Of(session, Drawn(2, 1), output: null, metric));
        using var file = ModelFile.Open(path);
        return new WorthMeter(file, original, Answered(600, 2), Answered(400, 3)).Measure(changed);

        Dataset Answered(int count, int seed)
        {
            var data = Drawn(count, seed);
            return original.Answer(decided
                ? data with { Labels = [.. original.Outputs(data).Select(value => value > 0 ? 1 : 0)] }
                : data);
        }
    }

    private static Dataset Drawn(int count, int seed) => Examples.Normal("input", count, Width, seed);
}
