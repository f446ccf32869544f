using CsCheck;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Tests.Protection;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Secured;

/// <summary>Layers of all kinds, to whose outputs what their changed weights add is added.</summary>
public sealed class CorrectedLayerTests
{
    private const float Close = 1e-4f;

    [Fact]
    public void Convolutions_of_any_form_are_corrected()
    {
        var form =
            from log in Gen.Int[0, 2]
            from kernel in Gen.Int[1, 3]
            from stride in Gen.Int[1, 2]
            from dilation in Gen.Int[1, 2]
            from pad in Gen.Int[0, 1]
            from transposed in Gen.Bool
            from changed in Gen.Long[0, 7].Array[1, 4]
            from bias in Gen.Bool
            select (groups: 1 << log, kernel, stride, dilation, pad, transposed, changed, bias);
        form.Holds(it =>
        {
            const int Channels = 8;
            long[] dims = [Channels, Channels / it.groups, it.kernel, it.kernel];
            var attributes = new (string, object)[]
            {
                ("group", it.groups), ("strides", new long[] { it.stride, it.stride }),
                ("dilations", new long[] { it.dilation, it.dilation }),
                ("pads", new long[] { it.pad, it.pad, it.pad, it.pad }),
            };
            var step = dims.Aggregate((product, dim) => product * dim) / 8;
            (string, long[])[] changed = [("w", [.. it.changed.Distinct().Select(i => i * step)])];
            if (it.bias) changed = [.. changed, ("b", [3, 5])];
            using var model = new ChangedModel(path => new SmallModel().Input("x", DataType.Float, "n", Channels, 7, 7)
                .Weights("w", dims).Weights("b", Channels)
                .Node(it.transposed ? "ConvTranspose" : "Conv", ["x", "w", "b"], "h", attributes)
                .Node("Relu", ["h"], "y").Output("y", DataType.Float, "n", Channels, "h", "w").Write(path), changed);
            AssertCorrected(model, 2, Channels, 7, 7);
        }, draws: 60);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Gemm_is_corrected_in_any_orientation(int transA, int transB)
    {
        using var model = new ChangedModel(path => new SmallModel()
            .Input("x", DataType.Float, transA == 1 ? [5, "n"] : ["n", 5])
            .Weights("w", transB == 1 ? [6, 5] : [5, 6]).Weights("b", 6)
            .Node("Gemm", ["x", "w", "b"], "h", ("transA", transA), ("transB", transB))
            .Node("Tanh", ["h"], "y").Output("y", DataType.Float, "m", 6).Write(path), ("w", [0, 13, 14]), ("b", [5]));

        AssertCorrected(model, transA == 1 ? [5, 4] : [4, 5]);
    }

    [Fact]
    public void A_matrix_product_of_any_rank_is_corrected()
    {
        foreach (long[] dims in new long[][] { [4], [3, 4], [2, 3, 4] })
        {
            using var model = new ChangedModel(path => new SmallModel()
                .Input("x", DataType.Float, [.. dims.Select(dim => (object)dim)]).Weights("w", 4, 6)
                .Node("MatMul", ["x", "w"], "h").Node("Tanh", ["h"], "y")
                .Output("y", DataType.Float, [.. dims[..^1].Append(6).Select(dim => (object)dim)]).Write(path),
                ("w", [1, 22]));

            AssertCorrected(model, dims);
        }
    }

    [Fact]
    public void A_tensor_that_two_nodes_use_is_corrected_at_both_and_on_its_way_through_others()
    {
        // y = relu(x a) a^T + x: a changed layer behind a changed one, the weights transposed by a node.
        using var model = new ChangedModel(path => new SmallModel().Input("x", DataType.Float, "n", 5)
            .Weights("a", 5, 6).Node("Transpose", ["a"], "t")
            .Node("MatMul", ["x", "a"], "h").Node("Relu", ["h"], "r").Node("MatMul", ["r", "t"], "z")
            .Node("Add", ["z", "x"], "y").Output("y", DataType.Float, "n", 5).Write(path), ("a", [2, 9, 23]));

        AssertCorrected(model, 3, 5);
    }

    [Fact]
    public void A_layer_whose_output_is_the_models_and_goes_on_is_corrected_once()
    {
        using var model = new ChangedModel(path => new SmallModel().Input("x", DataType.Float, "n", 5)
            .Weights("a", 5, 5).Weights("b", 5, 5)
            .Node("MatMul", ["x", "a"], "y").Node("MatMul", ["y", "b"], "z")
            .Output("z", DataType.Float, "n", 5).Output("y", DataType.Float, "n", 5).Write(path),
            ("a", [2]), ("b", [24]));

        AssertCorrected(model, 3, 5);
    }

    [Fact]
    public void Several_inputs_of_shapes_that_each_run_decides_are_taken_and_outputs_given_that_are_wanted()
    {
        using var model = new ChangedModel(path => new SmallModel().Input("x", DataType.Float, "n", 2, "h", "w")
            .Input("scale", DataType.Float, "n", 1, 1, 1).Weights("a", 3, 2, 3, 3).Weights("b", 3, 4)
            .Node("Conv", ["x", "a"], "c").Node("Mul", ["c", "scale"], "s").Node("Relu", ["s"], "r")
            .Node("GlobalAveragePool", ["r"], "p").Node("Flatten", ["p"], "f").Node("MatMul", ["f", "b"], "y")
            .Output("r", DataType.Float, "n", 3, "i", "j").Output("y", DataType.Float, "n", 4).Write(path),
            ("a", [4, 40]), ("b", [5]));
        using var options = new SessionOptions();
        using var corrections = model.Corrections(options);
        using var file = ModelFile.Open(model.Obfuscated);
        using var host = new HostSegments(file, File.ReadAllBytes(model.Obfuscated), corrections.Layers, null);
        using var whole = new InferenceSession(model.Original);
        using var run = new RunOptions();
        foreach (var (batch, side) in new[] { (1, 5), (3, 8), (2, 3) })
        {
            using var x = OrtValue.CreateTensorValueFromMemory(
                Noise(batch * 2 * side * side), [batch, 2, side, side]);
            using var scale = OrtValue.CreateTensorValueFromMemory(Noise(batch), [batch, 1, 1, 1]);
            var inputs = new Dictionary<string, OrtValue> { ["x"] = x, ["scale"] = scale };
            foreach (string[] wanted in new[] { ["r", "y"], ["y"], new[] { "y", "r" } })
            {
                using var expected = whole.Run(run, inputs, wanted);
                using var actual = host.Run(inputs, wanted, corrections.Run);
                foreach (var (right, value) in expected.Zip(actual))
                    AssertClose(right.GetTensorDataAsSpan<float>().ToArray(),
                        value.GetTensorDataAsSpan<float>().ToArray());
            }
        }
    }

    [Fact]
    public void Layers_that_a_model_does_not_have_so_are_refused_when_it_is_opened()
    {
        using var model = new ChangedModel(path => new SmallModel().Input("x", DataType.Float, "n", 5)
            .Weights("a", 5, 5).Weights("b", 5, 5)
            .Node("MatMul", ["x", "a"], "h").Node("MatMul", ["h", "b"], "y")
            .Output("y", DataType.Float, "n", 5).Write(path), ("a", [2]));
        using var file = ModelFile.Open(model.Obfuscated);
        var all = new Channels(-1, []);
        CorrectedLayer Layer(string data, string output) => new(data, all, output, all);
        foreach (var layers in new CorrectedLayer[][]
        {
            [Layer("y", "h")], [Layer("other", "y")], [Layer("x", "other")], [Layer("x", "x")],
            [Layer("h", "y"), Layer("x", "h")], [Layer("x", "h"), Layer("x", "h")],
        })
            Assert.Contains("can't be cut", Assert.Throws<ModelFormatException>(() =>
                new HostSegments(file, File.ReadAllBytes(model.Obfuscated), layers, null).Dispose()).Message,
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Mul")]
    [InlineData("Add")]
    public void A_changed_weight_that_no_layer_uses_is_refused_with_what_does(string op)
    {
        using var model = new ChangedModel(path => new SmallModel().Input("x", DataType.Float, "n", 5)
            .Weights("a", 5).Node(op, ["x", "a"], "y").Output("y", DataType.Float, "n", 5).Write(path), ("a", [2]));
        using var options = new SessionOptions();

        var refused = Assert.Throws<UsageException>(() => model.Corrections(options));

        Assert.Contains($"a was changed, and '{op}' uses it", refused.Message, StringComparison.Ordinal);
    }

    private static void AssertCorrected(ChangedModel model, params long[] dims)
    {
        using var x = OrtValue.CreateTensorValueFromMemory(
            Noise((int)dims.Aggregate((product, dim) => product * dim)), dims);

        var (original, obfuscated, corrected) = model.Run(new Dictionary<string, OrtValue> { ["x"] = x });

        Assert.NotEqual(original, obfuscated);
        AssertClose(original, corrected);
    }

    private static float[] Noise(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        var scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair =>
            Assert.InRange(pair.First - pair.Second, -Close * scale, Close * scale));
    }
}
