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

    [Theory]
    [InlineData("vectors", true, false)]
    [InlineData("sentence_embedding", false, false)]
    [InlineData("vectors", false, true)]
    public void Embeddings_are_known_by_their_length_their_name_or_what_is_said(string name, bool unit, bool said)
    {
        var options = Options(labels: null, name, unit);

        var report = ProtectionPipeline.Run(options with
        {
            AcceptBest = true,
            Data = options.Data with { Embedding = said },
        });

        Assert.Equal(Metric.NormalizedError, report.Metric);
        Assert.Contains(report.Worth!.Outputs[0].Readings, reading => reading.Name == "nearest neighbours");
    }

    [Fact]
    public void Rows_of_any_length_are_class_scores_where_nothing_says_that_they_are_embeddings() =>
        Assert.Equal(Metric.Accuracy, ProtectionPipeline.Run(
            Options(labels: null, "vectors", unit: false) with { AcceptBest = true }).Metric);

    [Fact]
    public void Embeddings_have_no_accuracy()
    {
        var options = Options(labels: null);

        var refusal = Assert.Throws<PlanException>(() => ProtectionPipeline.Run(options with
        {
            Data = options.Data with { Embedding = true, Metric = Metric.Accuracy },
        }));

        Assert.Contains(nameof(DataSettings.Embedding), refusal.Properties);
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

    private ProtectionOptions Options(Func<long, long>? labels, string output = "vectors", bool unit = true)
    {
        var options = _jobs.Of(new SmallModel()
            .Input("x", DataType.Float, "n", Width).Output(output, DataType.Float, "n", Classes)
            .Weights("first", Width, 24).Weights("second", 24, Classes)
            .Node("MatMul", ["x", "first"], "sums").Node("Relu", ["sums"], "lit")
            .Node("MatMul", ["lit", "second"], "raw")
            .Node(unit ? "LpNormalization" : "Identity", ["raw"], output, unit ? [("axis", 1), ("p", 2)] : []));
        var random = new SeededNormal(3);
        var values = Enumerable.Range(0, Count * Width).Select(_ => random.Next()).ToArray();
        (string, string, long[], byte[]) x = ("x", "<f4", [Count, Width], NumpyFile.Bytes(values));
        var data = labels is null ? NumpyFile.Write(_jobs.Folder["data.npz"], x)
            : NumpyFile.Write(_jobs.Folder["data.npz"], x, ("label", "<i8", [Count],
                NumpyFile.Bytes(Answers(options.Model, output, values).Select(labels).ToArray())));
        return options with
        {
            Data = new DataSettings { Calibration = data },
            Search = new SearchSettings { MaxWeights = 8 },
        };
    }

    private static IEnumerable<long> Answers(string model, string output, float[] values)
    {
        using var session = new InferenceSession(model);
        using var x = OrtValue.CreateTensorValueFromMemory(values, [Count, Width]);
        using var results = session.Run(new RunOptions(), ["x"], [x], [output]);
        var scores = results[0].GetTensorDataAsSpan<float>().ToArray();
        return scores.Chunk(Classes).Select(row => (long)TensorPrimitives.IndexOfMax<float>(row));
    }
}
