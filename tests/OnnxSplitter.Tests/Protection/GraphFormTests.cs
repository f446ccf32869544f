using Google.Protobuf;
using Google.Protobuf.Collections;
using Onnx;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Jobs on graphs in forms that ONNX Runtime takes and few exporters write.</summary>
public sealed class GraphFormTests : IDisposable
{
    private readonly SmallJobs _jobs = new();

    public void Dispose() => _jobs.Dispose();

    [Fact]
    public void Nodes_in_any_order()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, "n", 16).Output("y", DataType.Float, "n", 6)
            .Weights("first", 16, 24).Weights("second", 6, 24)
            .Node("MatMul", ["lit", "turned"], "y").Node("Transpose", ["second"], "turned")
            .Node("Relu", ["sums"], "lit").Node("MatMul", ["x", "first"], "sums"));

        Assert.True(ProtectionPipeline.Run(options).TargetReached);

        using var original = ModelFile.Open(options.Model);
        using var obfuscated = ModelFile.Open(options.Output);
        Assert.Equal(original.Length, obfuscated.Length);
    }

    [Fact]
    public void Weights_that_are_sparse_beside_others()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, "n", 16).Output("y", DataType.Float, "n", 6)
            .Sparse("first", 16, 24).Weights("second", 24, 6)
            .Node("MatMul", ["x", "first"], "sums").Node("Relu", ["sums"], "lit")
            .Node("MatMul", ["lit", "second"], "y"));

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.TargetReached, report.ToString());
        Assert.InRange(report.WeightsChanged, 1, report.WeightsTotal);
    }

    [Fact]
    public void Weights_that_are_inputs_too_as_old_versions_of_the_format_want_them()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, "n", 16).Output("y", DataType.Float, "n", 6)
            .Weights("first", 16, 24).Weights("second", 24, 6)
            .Node("MatMul", ["x", "first"], "sums").Node("Relu", ["sums"], "lit")
            .Node("MatMul", ["lit", "second"], "y"));
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(options.Model));
        model.IrVersion = 3;
        model.OpsetImport[0].Version = 8;
        model.Graph.Input.Add(SmallModel.Value("first", DataType.Float, 16, 24));
        model.Graph.Input.Add(SmallModel.Value("second", DataType.Float, 24, 6));
        File.WriteAllBytes(options.Model, model.ToByteArray());

        Assert.True(ProtectionPipeline.Run(options).TargetReached);
    }

    [Fact]
    public void Weights_that_are_cut_and_joined_on_the_way()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, "n", 16).Output("y", DataType.Float, "n", 6)
            .Weights("both", 16, 48).Weights("upper", 10, 12).Weights("lower", 14, 12).Weights("large", 40, 6)
            .Integers("zero", 0).Integers("middle", 24).Integers("end", 48).Integers("one", 1).Integers("twelve", 12)
            .Node("Slice", ["both", "zero", "middle", "one"], "query").Node("MatMul", ["x", "query"], "q")
            .Node("Slice", ["both", "middle", "end", "one"], "key").Node("MatMul", ["x", "key"], "k")
            .Node("Mul", ["q", "k"], "qk").Node("Concat", ["upper", "lower"], "joined", ("axis", 0))
            .Node("MatMul", ["qk", "joined"], "h").Node("Relu", ["h"], "lit")
            .Node("Slice", ["large", "zero", "twelve"], "part").Node("MatMul", ["lit", "part"], "y"));

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.TargetReached, report.ToString());
        Assert.Equal(16 * 48 + 24 * 12 + 40 * 6, report.WeightsTotal);
        Assert.Empty(report.Unreached);
    }

    [Fact]
    public void Strings_that_decide_come_from_the_data()
    {
        var options = Options(new SmallModel().Input("city", DataType.String, "n", 1)
            .Output("y", DataType.Float, "n", 3).Weights("first", 4, 12).Weights("second", 12, 3)
            .Node("ai.onnx.ml:LabelEncoder", ["city"], "number", ("keys_strings", (string[])["a", "b", "c", "d"]),
                ("values_int64s", (long[])[0, 1, 2, 3]), ("default_int64", 0))
            .Node("Gather", ["first", "number"], "rows").Integers("axis", 1).Node("Squeeze", ["rows", "axis"], "row")
            .Node("Relu", ["row"], "lit").Node("MatMul", ["lit", "second"], "y"));
        var cities = Enumerable.Range(0, 300).Select(i => (int)"abcd"[i * i % 7 % 4]).ToArray();
        options = options with
        {
            Data = new DataSettings
            {
                Metric = Metric.NormalizedError,
                Calibration = NumpyFile.Write(_jobs.Folder["data.npz"],
                    ("city", "<U1", [300, 1], NumpyFile.Bytes(cities)),
                    ("row number", "<i4", [300], NumpyFile.Bytes(cities))),
            },
        };

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.TargetReached, report.ToString());
        Assert.Equal(["row number"], report.UnusedArrays);
    }

    [Fact]
    public void Initializers_that_are_there_twice_stay_as_they_are()
    {
        // Half of them are what ONNX Runtime takes: the first of large ones, the last of small ones.
        var options = Options(new SmallModel().Input("x", DataType.Float, "n", 16).Output("y", DataType.Float, "n", 6)
            .Weights("first", 16, 64).Weights("second", 64, 6)
            .Tensor(Zeros("bias", 6)).Weights("bias", 6).Weights("scale", 64).Tensor(Zeros("scale", 64))
            .Integers("shape", -1, 64).Integers("shape", -1, 64)
            .Node("MatMul", ["x", "first"], "sums").Node("Reshape", ["sums", "shape"], "same")
            .Node("Mul", ["same", "scale"], "scaled").Node("Relu", ["scaled"], "lit")
            .Node("MatMul", ["lit", "second"], "scores").Node("Add", ["scores", "bias"], "y"));

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.TargetReached, report.ToString());
        var (before, after) = (Initializers(options.Model), Initializers(options.Output));
        foreach (var (one, other) in before.Zip(after))
            Assert.Equal(one.Name is "first" or "second", !one.Equals(other));
        Assert.Equal(["bias", "scale"], report.Unreached.Select(tensor => tensor.Path));
        Assert.Equal(report.WeightsTotal + report.Unreached.Sum(tensor => tensor.Weights), report.WeightsOfModel);
    }

    [Theory]
    [InlineData(StrategyKind.Gradient, null)]
    [InlineData(StrategyKind.Gradient, Metric.Accuracy)]
    [InlineData(StrategyKind.NnSplitter, null)]
    public void Class_scores_without_a_batch_axis(StrategyKind strategy, Metric? metric)
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, 1, 16).Output("y", DataType.Float, 6)
            .Weights("first", 16, 24).Weights("second", 24, 6).Integers("axis", 0)
            .Node("MatMul", ["x", "first"], "sums").Node("Relu", ["sums"], "lit")
            .Node("MatMul", ["lit", "second"], "row").Node("Squeeze", ["row", "axis"], "y"));
        options = options with
        {
            Data = new DataSettings { Metric = metric },
            Search = options.Search with { Strategy = strategy },
            AcceptBest = strategy == StrategyKind.NnSplitter,
        };

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.Written, report.ToString());
        Assert.Equal((Metric.Accuracy, 1), (report.Metric, report.Original));
    }

    [Fact]
    public void An_input_without_a_batch_axis_is_refused_with_what_to_do()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, 16).Output("y", DataType.Float, 6)
            .Weights("first", 16, 24).Weights("second", 24, 6)
            .Node("MatMul", ["x", "first"], "sums").Node("Relu", ["sums"], "lit")
            .Node("MatMul", ["lit", "second"], "y"));

        var refusal = Assert.Throws<ModelFormatException>(() => ProtectionPipeline.Run(options));

        Assert.Contains("of the shape [6]", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("[1, 16, ...]", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_whose_weights_all_lie_in_a_function_is_refused_with_the_reason()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, "n", 16).Output("y", DataType.Float, "n", 6)
            .Node("local:net", ["x"], "y"));
        AddFunction(options.Model, 6);

        var refusal = Assert.Throws<ModelFormatException>(() => ProtectionPipeline.Run(options));

        Assert.Contains("local::net/w (100 % of the weights): it lies in a function", refusal.Message,
            StringComparison.Ordinal);
        Assert.Equal(["Strategy", "NoEvaluation"], refusal.Properties);
    }

    [Fact]
    public void What_a_search_can_not_reach_is_named_with_its_share()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, "n", 16).Output("y", DataType.Float, "n", 6)
            .Weights("second", 24, 6).Node("local:net", ["x"], "lit").Node("MatMul", ["lit", "second"], "y"));
        AddFunction(options.Model, 24);

        var report = ProtectionPipeline.Run(options);

        var unreached = Assert.Single(report.Unreached);
        Assert.Equal(("local::net/w", 16 * 24), (unreached.Path, unreached.Weights));
        Assert.Equal(16 * 24 + 24 * 6, report.WeightsOfModel);
        var (what, value) = Assert.Single(UnreachedText.Rows(report));
        Assert.Equal("out of reach", what);
        Assert.StartsWith("72.7 % of the model's weights: local::net/w: it lies in a function", value,
            StringComparison.Ordinal);
        Assert.Equal("72.7 %", UnreachedText.Share(report));
        Assert.Null(UnreachedText.Share(report with { Unreached = [] }));
    }

    /// <summary>Adds the function 'net' of the domain 'local': a product with weights of its own, and a Relu.</summary>
    private static void AddFunction(string path, int width)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        var weights = new TensorProto
        {
            DataType = (int)DataType.Float,
            Dims = { 16, width },
            FloatData = { Enumerable.Range(0, 16 * width).Select(i => MathF.Sin(i * i)) },
        };
        model.Functions.Add(new FunctionProto
        {
            Name = "net",
            Domain = "local",
            Input = { "x" },
            Output = { "y" },
            OpsetImport = { new OperatorSetIdProto { Version = 17 } },
            Node =
            {
                new NodeProto
                {
                    OpType = "Constant",
                    Output = { "w" },
                    Attribute =
                    {
                        new AttributeProto
                        {
                            Name = "value",
                            Type = AttributeProto.Types.AttributeType.Tensor,
                            T = weights,
                        },
                    },
                },
                new NodeProto { OpType = "MatMul", Input = { "x", "w" }, Output = { "m" } },
                new NodeProto { OpType = "Relu", Input = { "m" }, Output = { "y" } },
            },
        });
        File.WriteAllBytes(path, model.ToByteArray());
    }

    private static TensorProto Zeros(string name, params int[] dims) => new()
    {
        Name = name,
        DataType = (int)DataType.Float,
        Dims = { dims.Select(dim => (long)dim) },
        RawData = ByteString.CopyFrom(new byte[dims.Aggregate(sizeof(float), (product, dim) => product * dim)]),
    };

    private static RepeatedField<TensorProto> Initializers(string path) =>
        ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph.Initializer;

    private ProtectionOptions Options(SmallModel model) => _jobs.Of(model);
}
