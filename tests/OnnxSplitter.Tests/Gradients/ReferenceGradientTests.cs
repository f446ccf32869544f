using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Loss;
using OnnxSplitter.Gradients.Rewriting;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Execution;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>Whole models against gradients that PyTorch computed in float64 (tests/vectors/README.md).</summary>
public sealed class ReferenceGradientTests
{
    private const int Batch = 32;

    [Theory]
    [InlineData("resnet20-fmnist-bn")]
    [InlineData("vit-fmnist-named")]
    public void Gradients_of_a_whole_model_are_those_of_another_engine(string name)
    {
        var reference = NumpyArchive.Read(Repository.Vector($"{name}-gradients.npz"));
        var data = NumpyArchive.Read(Repository.Model("fashion-mnist-calibration.npz"));
        var model = ModelFile.Open(Repository.Model($"{name}.onnx")).ParseWhole();
        WorkingForm.Apply(model);
        var expected = reference.ToDictionary(pair => pair.Key, pair => pair.Value.As<double>().ToArray());

        // Parameters that were equal became one initializer, which reaches its other use through an Identity.
        foreach (var shared in model.Graph.Node.Where(node => node.OpType == "Identity"))
        {
            for (var i = 0; i < expected[shared.Input[0]].Length; i++)
                expected[shared.Input[0]][i] += expected[shared.Output[0]][i];
            expected.Remove(shared.Output[0]);
        }

        var parameters = expected.Keys.Except(["loss", "logits"]).ToArray();
        Assert.True(parameters.Length > 50);

        var builder = new GraphBuilder(model.Graph, model.OpsetImport[0].Version, "test::");
        var head = LossHead.Append(model.Graph, builder, LossKind.CrossEntropyOfLogits, "logits", [Batch, 10]);
        using var images = AlignedTensor.Of(
            data["input"].As<float>()[..(Batch * 28 * 28)], [Batch, 1, 28, 28]);
        var labels = data["label"].As<long>()[..Batch];
        var oneHot = new float[Batch * 10];
        for (var i = 0; i < Batch; i++) oneHot[i * 10 + (int)labels[i]] = 1;
        using var target = AlignedTensor.Of(oneHot, [Batch, 10]);
        var feeds = new Dictionary<string, OrtValue> { ["input"] = images, [head.Target] = target };
        var gradients = Differentiation.Append(model, builder, feeds, head.Value, parameters, out _).Names;
        Assert.Equal(parameters.Order(), gradients.Keys.Order());
        model.Graph.Output.Clear();
        foreach (var output in gradients.Values.Append(head.Value).Append("logits"))
            model.Graph.Output.Add(new global::Onnx.ValueInfoProto { Name = output });

        using var options = new SessionOptions { IntraOpNumThreads = 2 };
        using var session = new InferenceSession(model.ToByteArray(), options);
        using var results = session.Run(new RunOptions(), feeds.Keys.ToArray(), feeds.Values.ToArray(),
            [head.Value, "logits", .. parameters.Select(p => gradients[p])]);

        var loss = results[0].GetTensorDataAsSpan<float>()[0] / Batch;
        Assert.Equal(expected["loss"][0], loss, 1e-5);
        Assert.InRange(Numbers.RelativeError(results[1].GetTensorDataAsSpan<float>(), expected["logits"]), 0, 1e-5);
        var errors = parameters.Select((parameter, i) => (parameter, error: Numbers.RelativeError(
            results[2 + i].GetTensorDataAsSpan<float>(), expected[parameter], 1.0 / Batch)));
        Assert.All(errors, pair => Assert.True(pair.error <= 1e-4, $"{pair.parameter}: {pair.error:g3}"));
    }
}
