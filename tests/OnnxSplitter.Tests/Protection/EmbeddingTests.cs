using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Outputs of the shape of class scores that are none: rows of length 1, compared by angle.</summary>
public sealed class EmbeddingTests : IDisposable
{
    private const int Width = 16;
    private const int Classes = 12;
    private const int Count = 120;

    private readonly SmallJobs _jobs = new();

    public void Dispose() => _jobs.Dispose();

    [Fact]
    public void Rows_of_length_one_without_labels_are_measured_as_embeddings()
    {
        var options = Options(labels: null);

        var report = ProtectionPipeline.Run(options with { AcceptBest = true });

        Assert.Equal(Metric.NormalizedError, report.Metric);
        Assert.Contains(report.Worth!.Outputs[0].Readings, reading => reading.Name == "nearest neighbours");
    }

    [Fact]
    public void Rows_of_length_one_with_labels_that_they_do_not_know_are_refused()
    {
        // The class after the answered one: none is ever right.
        var options = Options(answer => (answer + 1) % Classes);

        var refusal = Assert.ThrowsAny<OnnxSplitterException>(() => ProtectionPipeline.Run(options));

        Assert.Contains("no better than guessing", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(options.Output) || File.Exists(options.Secrets));
    }

    private ProtectionOptions Options(Func<long, long>? labels)
    {
        var options = _jobs.Of(new SmallModel()
            .Input("x", DataType.Float, "n", Width).Output("embedding", DataType.Float, "n", Classes)
            .Weights("first", Width, 24).Weights("second", 24, Classes)
            .Node("MatMul", ["x", "first"], "sums").Node("Relu", ["sums"], "lit")
            .Node("MatMul", ["lit", "second"], "raw")
            .Node("LpNormalization", ["raw"], "embedding", ("axis", 1), ("p", 2)));
        var random = new SeededNormal(3);
        var values = Enumerable.Range(0, Count * Width).Select(_ => random.Next()).ToArray();
        (string, string, long[], byte[]) x = ("x", "<f4", [Count, Width], NumpyFile.Bytes(values));
        var data = labels is null ? NumpyFile.Write(_jobs.Folder["data.npz"], x)
            : NumpyFile.Write(_jobs.Folder["data.npz"], x, ("label", "<i8", [Count],
                NumpyFile.Bytes(Answers(options.Model, values).Select(labels).ToArray())));
        return options with
        {
            Data = new DataSettings { Calibration = data },
            Search = new SearchSettings { MaxWeights = 8 },
        };
    }

    private static IEnumerable<long> Answers(string model, float[] values)
    {
        using var session = new InferenceSession(model);
        using var x = OrtValue.CreateTensorValueFromMemory(values, [Count, Width]);
        using var results = session.Run(new RunOptions(), ["x"], [x], ["embedding"]);
        var scores = results[0].GetTensorDataAsSpan<float>().ToArray();
        return scores.Chunk(Classes).Select(row => (long)TensorPrimitives.IndexOfMax<float>(row));
    }
}
