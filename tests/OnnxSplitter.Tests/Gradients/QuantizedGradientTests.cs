using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Protection.Execution;
using OnnxSplitter.Tests.Gradients.Cases;
using static OnnxSplitter.Tests.Gradients.Cases.QuantizedCases;
using static OnnxSplitter.Tests.Gradients.Walks;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>
/// Ops on quantised values against the same ops on the floats that these stand for: gradients of activations are the
/// same, those of codes are those of the floats, times the scale.
/// </summary>
public sealed class QuantizedGradientTests
{
    private const float Scale = 0.05f;
    private const float WeightScale = 0.02f;

    /// <summary>Ops that are tested here.</summary>
    public static IReadOnlyList<string> Ops { get; } =
    [
        "ConvInteger", "DequantizeLinear", "DynamicQuantizeLinear", "DynamicQuantizeMatMul", "MatMulInteger",
        "MatMulIntegerToFloat", "QLinearAdd", "QLinearConcat", "QLinearConv", "QLinearGlobalAveragePool",
        "QLinearLeakyRelu", "QLinearMatMul", "QLinearMul", "QLinearSigmoid", "QuantizeLinear",
    ];

    public static TheoryData<string> Cases { get; } = [.. QuantizedCases.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_quantised_op_has_the_gradients_of_the_floats_that_it_stands_for(string name)
    {
        var (xDims, wDims, quantised, plain) = QuantizedCases.All[name];
        var random = new Random(3);
        float[] x = [.. Enumerable.Range(0, Count(xDims)).Select(_ => Scale * (random.Next(60) - 30))];
        sbyte[] codes = [.. Enumerable.Range(0, Count(wDims)).Select(_ => (sbyte)random.Next(0, 50))];

        // ONNX Runtime's own ops want both of one type.
        var type = plain()[0].OpType is "Add" or "Mul" or "Concat" ? Type.Uint8 : Type.Int8;
        float[] w = [.. codes.Select(code => WeightScale * (code - 3))];

        var expected = Gradients(plain(), xDims, x, "w", Initializer("w", w, wDims));
        var actual = Gradients(quantised(), xDims, x, "qw", new TensorProto
        {
            Name = "qw",
            DataType = (int)type,
            Dims = { wDims },
            RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(codes.AsSpan())),
        });

        // Where activations are rounded as they come, the gradient of the weights sees rounded ones.
        var tolerance = name.StartsWith("Dynamic", StringComparison.Ordinal) ? 0.02 : 1e-4;
        Close(expected.X, actual.X, tolerance);
        Close([.. expected.W.Select(g => g * WeightScale)], actual.W, tolerance);
    }

    [Theory]
    [InlineData("QLinearSigmoid", "Sigmoid")]
    [InlineData("QLinearLeakyRelu", "LeakyRelu")]
    [InlineData("QLinearGlobalAveragePool", "GlobalAveragePool")]
    public void A_quantised_activation_has_the_gradient_of_the_plain_one(string op, string plain)
    {
        var random = new Random(4);
        long[] dims = [2, 3, 2, 2];
        float[] x = [.. Enumerable.Range(0, Count(dims)).Select(_ => Scale * (random.Next(60) - 30))];
        NodeProto[] quantised =
            [Quantize(), Node(op, ["qx", "s", "z", "ys", "z"], "qy", Operator.Microsoft), Dequantize()];

        var unused = Initializer("w", [1], [1]);
        var expected = Gradients([Node(plain, ["x"], "y")], dims, x, null, unused).X;
        var actual = Gradients(quantised, dims, x, null, unused).X;

        Close(expected, actual, 1e-4);
    }

    [Fact]
    public void What_was_cut_off_at_the_bounds_of_the_type_passes_no_gradient()
    {
        float[] x = [-100, -1, 0, 1, 100];
        NodeProto[] nodes = [Quantize(), Dequantize("s")];

        var gradient = Gradients(nodes, [5], x, null, Initializer("w", [1], [1])).X;

        Assert.Equal(0, gradient[0]);
        Assert.Equal(0, gradient[4]);
        Assert.All(gradient[1..4], slope => Assert.NotEqual(0, slope));
    }

    [Fact]
    public void Scales_may_be_given_along_an_axis_or_in_blocks()
    {
        sbyte[] codes = [.. Enumerable.Range(0, 24).Select(i => (sbyte)(5 * i - 60))];
        float[] perColumn = [0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f];
        float[] perBlock = [.. Enumerable.Range(1, 12).Select(i => 0.1f * i)];
        var columns = With(Node("DequantizeLinear", ["qw", "scales"], "y"), "axis", 1L);
        var blocks = With(With(Node("DequantizeLinear", ["qw", "scales"], "y"), "axis", 0L), "block_size", 2L);

        var (byColumn, loss1) = Codes(columns, perColumn, [6], 19);
        var (byBlock, loss2) = Codes(blocks, perBlock, [2, 6], 21);

        Close([.. Enumerable.Range(0, 24).Select(i => (double)perColumn[i % 6] * loss1[i])], byColumn, 1e-5);
        Close([.. Enumerable.Range(0, 24).Select(i => (double)perBlock[i / 12 * 6 + i % 6] * loss2[i])], byBlock, 1e-5);

        (double[], float[]) Codes(NodeProto node, float[] scales, long[] scaleDims, long opset)
        {
            var graph = new GraphProto
            {
                Name = "codes",
                Node = { node },
                Initializer =
                {
                    new TensorProto
                    {
                        Name = "qw",
                        DataType = (int)Type.Int8,
                        Dims = { 4, 6 },
                        RawData =
                            ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(codes.AsSpan())),
                    },
                    Initializer("scales", scales, scaleDims),
                },
            };
            var (gradients, loss) = Differentiate(graph, opset, new Dictionary<string, OrtValue>(), ["qw"]);
            return (gradients["qw"], loss);
        }
    }

    private static (double[] X, double[] W) Gradients(
        NodeProto[] nodes, long[] dims, float[] x, string? weight, TensorProto tensor)
    {
        var graph = new GraphProto
        {
            Name = "quantised",
            Input = { Values.FloatInput("x", dims) },
            Node = { nodes },
            Initializer =
            {
                tensor,
                Initializer("s", [Scale], []),
                Code("z", Type.Uint8, 128),
                Initializer("ws", [WeightScale], []),
                Code("wz", (Type)tensor.DataType == Type.Uint8 ? Type.Uint8 : Type.Int8, 3),
                Initializer("ys", [0.5f], []),
                Initializer("product", [Scale * WeightScale], []),
            },
        };
        using var value = Values.Tensor(x, dims);
        string[] targets = weight is null ? ["x"] : ["x", weight];
        var (gradients, _) = Differentiate(graph, 18, new Dictionary<string, OrtValue> { ["x"] = value }, targets);
        return (gradients["x"], weight is null ? [] : gradients[weight]);
    }

    /// <summary>Gradients of y times weights that are the same for the same shape.</summary>
    private static (Dictionary<string, double[]> Gradients, float[] Loss) Differentiate(
        GraphProto graph, long opset, Dictionary<string, OrtValue> feeds, string[] targets)
    {
        var model = Values.Model(graph, opset);
        var yDims = ValueProbe.Run(model, feeds)["y"].Dims;
        var random = new Random(5);
        float[] weights = [.. Enumerable.Range(0, Count(yDims)).Select(_ => random.NextSingle() - 0.5f)];
        var builder = new GraphBuilder(graph, opset, "loss::");
        var loss = builder.ReduceSum(
            builder.Mul(builder.Reshape("y", -1), builder.Floats(weights, weights.Length)), [0], keepDims: false);
        var names = Differentiation.Append(model, builder, feeds, loss, targets, out _).Names;
        using var session = Values.Open(model, targets.Select(target => names[target]));
        return (targets.Zip(session.Fetch(feeds)).ToDictionary(pair => pair.First, pair => pair.Second.Data), weights);
    }

    private static TensorProto Initializer(string name, float[] values, long[] dims) =>
        new() { Name = name, DataType = (int)Type.Float, Dims = { dims }, FloatData = { values } };

    private static TensorProto Code(string name, Type type, int value) =>
        new() { Name = name, DataType = (int)type, Int32Data = { value } };

    private static int Count(long[] dims) => (int)dims.Aggregate(1L, (product, dim) => product * dim);

    private static void Close(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var size = Math.Sqrt(expected.Sum(value => value * value));
        Assert.True(size > 0);
        Assert.InRange(Math.Sqrt(expected.Zip(actual, (a, b) => (a - b) * (a - b)).Sum()), 0, tolerance * size);
    }
}
