using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Attacks;
using OnnxSplitter.Attacks.Corrections;
using OnnxSplitter.Tests.Protection;
using OnnxSplitter.Tests.Secured;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Attacks;

/// <summary>What a host learns of weights by corrections.</summary>
public sealed class CorrectionsAttackTests : IDisposable
{
    private readonly AttackedModel _model = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void All_changed_weights_of_matrices_are_known_after_as_many_queries_as_channels_that_matter()
    {
        // Signs of three weights, in three rows.
        var obfuscated = _model.Changed("turned", (path, index, value) =>
            path == "first.weight" && index is 5 or 31 or 60 ? -value : value);

        var report = CorrectionsAttack.Run(_model.Options(obfuscated), TestContext.Current.CancellationToken);

        var layer = Assert.Single(report.Layers);
        Assert.Equal(("first.weight", 3, 3), (layer.Layer, layer.Changed, layer.Found));
        Assert.Equal((3, 1), (layer.Unknowns, layer.Equations));
        Assert.Equal(3, layer.Queries);
        Assert.InRange(layer.Error, 0, 1e-3);
        Assert.Equal(3, report.Queries);
    }

    [Fact]
    public void A_weight_of_a_unit_that_never_answers_is_not_found_and_changes_nothing()
    {
        var obfuscated = _model.Changed("turned", (path, index, value) =>
            path == "second.weight" && index is 5 or 31 or 60 ? -value : value);

        var report = CorrectionsAttack.Run(_model.Options(obfuscated), TestContext.Current.CancellationToken);

        Assert.Null(report.Queries);
        Assert.Equal(2, Assert.Single(report.Layers).Found);
    }

    [Fact]
    public void An_image_tells_all_of_a_convolution_and_what_it_adds_at_once()
    {
        foreach (var op in new[] { "Conv", "ConvTranspose" })
        {
            using var model = new ChangedModel(path => new SmallModel().Input("x", DataType.Float, "n", 4, 9, 9)
                .Weights("w", 4, 4, 3, 3).Weights("b", 4)
                .Node(op, ["x", "w", "b"], "h", ("strides", new long[] { 2, 2 })).Node("Relu", ["h"], "r")
                .Node("GlobalAveragePool", ["r"], "p").Node("Flatten", ["p"], "y")
                .Output("y", DataType.Float, "n", 4).Write(path), ("w", [7, 70, 110]), ("b", [2]));

            var report = CorrectionsAttack.Run(new AttackOptions
            {
                Obfuscated = model.Obfuscated,
                Original = model.Original,
                Examples = Images($"{op}.npz", 3, 4, 9, 9),
            }, TestContext.Current.CancellationToken);

            var layer = Assert.Single(report.Layers);
            Assert.Equal((op, 4, 4), (layer.Op, layer.Changed, layer.Found));
            Assert.InRange(layer.Queries!.Value, 1, 3);
        }
    }

    [Fact]
    public void What_a_layer_adds_is_found_where_nothing_else_changed()
    {
        using var model = new ChangedModel(path => new SmallModel().Input("x", DataType.Float, "n", 4)
            .Weights("w", 4, 3).Weights("b", 3).Node("Gemm", ["x", "w", "b"], "y")
            .Output("y", DataType.Float, "n", 3).Write(path), ("b", [0, 2]));

        var report = CorrectionsAttack.Run(new AttackOptions
        {
            Obfuscated = model.Obfuscated,
            Original = model.Original,
            Examples = Images("few.npz", 3, 4),
        }, TestContext.Current.CancellationToken);

        var layer = Assert.Single(report.Layers);
        Assert.Equal((2, 2, 2), (layer.Changed, layer.Found, layer.Queries));
    }

    [Fact]
    public void What_was_found_brings_the_models_answers_back()
    {
        var obfuscated = _model.Changed("turned", (path, index, value) =>
            path == "first.weight" && index % 3 == 0 ? -value : value);

        // Examples that the original gave labels to.
        var labelled = NumpyFile.Write(_folder["labelled.npz"], Labelled());
        var report = CorrectionsAttack.Run(
            _model.Options(obfuscated) with { Examples = labelled, Evaluation = labelled },
            TestContext.Current.CancellationToken);

        Assert.Equal(1, report.Original!.Value.Value);
        Assert.InRange(report.Obfuscated!.Value.Value, 0, 0.9);
        Assert.Equal(1, report.BroughtBack!.Value.Value);
    }

    [Fact]
    public void Too_few_queries_leave_a_layer_unknown()
    {
        var obfuscated = _model.Changed("turned", (path, index, value) => path == "first.weight" ? -value : value);

        var report = CorrectionsAttack.Run(
            _model.Options(obfuscated) with { Examples = TinyClassifier.WriteExamples(_folder["few.npz"], 10) },
            TestContext.Current.CancellationToken);

        Assert.Null(report.Queries);
        Assert.Equal(0, Assert.Single(report.Layers).Found);
    }

    [Fact]
    public void A_weight_that_no_corrections_are_given_for_is_refused_and_so_are_models_that_are_the_same()
    {
        var scaled = _model.Changed("scaled", (path, _, value) => path == "hidden.scale" ? -value : value);

        foreach (var (obfuscated, why) in new[]
        {
            (scaled, "no process gives corrections for that"), (_model.Original, "have the same weights"),
        })
            Assert.Contains(why, Assert.Throws<AttackOptionsException>(() => CorrectionsAttack.Run(
                _model.Options(obfuscated), TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    private string Images(string name, int count, params int[] dims)
    {
        var random = new Random(5);
        var values = new float[count * dims.Aggregate((product, dim) => product * dim)];
        foreach (ref var value in values.AsSpan()) value = random.NextSingle() - 0.5f;
        long[] shape = [count, .. dims.Select(dim => (long)dim)];
        return NumpyFile.Write(_folder[name], ("x", "<f4", shape, NumpyFile.Bytes(values)));
    }

    private (string, string, long[], byte[])[] Labelled()
    {
        const int Count = 300;
        const int Width = 16;
        var random = new Random(7);
        var values = new float[Count * Width];
        foreach (ref var value in values.AsSpan()) value = 2 * random.NextSingle() - 1;
        using var session = new InferenceSession(_model.Original);
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(values, [Count, Width]);
        using var outputs = session.Run(options, ["input"], [input], ["scores"]);
        var scores = outputs[0].GetTensorDataAsSpan<float>();
        var labels = new long[Count];
        for (var i = 0; i < Count; i++)
            labels[i] = TensorPrimitives.IndexOfMax(scores.Slice(i * 4, 4));
        return
        [
            ("input", "<f4", [Count, Width], NumpyFile.Bytes(values)),
            ("label", "<i8", [Count], NumpyFile.Bytes(labels)),
        ];
    }
}
