using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Inputs for models that there are no examples for.</summary>
public sealed class InputSamplerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void An_image_of_any_size_is_drawn_32_wide()
    {
        var (drawn, signature) = Draw(new SmallModel()
            .Input("x", DataType.Float, "n", 3, "h", "w").Output("y", DataType.Float, "n", 2, "h", "w")
            .Weights("w", 2, 3, 3, 3).Node("Conv", ["x", "w"], "y", ("pads", new long[] { 1, 1, 1, 1 })));

        Assert.Equal([4, 3, 32, 32], drawn.Inputs["x"].Dims);
        Assert.Equal([2, 32, 32], signature.OutputDims);
        Assert.Equal((Metric.NormalizedError, false), (signature.Metric, signature.OneByOne));
    }

    [Fact]
    public void A_dimension_that_can_t_be_1_is_tried_longer_until_the_model_runs()
    {
        var (drawn, _) = Draw(new SmallModel()
            .Input("sound", DataType.Float, "n", 1, "samples").Output("y", DataType.Float, "n", 2, "frames")
            .Weights("w", 2, 1, 200).Node("Conv", ["sound", "w"], "y", ("strides", new long[] { 64 })));

        Assert.Equal([4, 1, 224], drawn.Inputs["sound"].Dims);
    }

    [Fact]
    public void Given_shapes_are_drawn()
    {
        var (drawn, _) = Draw(
            new SmallModel().Input("x", DataType.Float, "n", 3, "h", "w").Output("y", DataType.Float, "n", 2, "h", "w")
                .Weights("w", 2, 3, 1, 1).Node("Conv", ["x", "w"], "y"),
            ("x", [1, 3, 5, 7]));

        Assert.Equal([4, 3, 5, 7], drawn.Inputs["x"].Dims);
    }

    [Theory]
    [InlineData("y", new long[] { 1, 3, 5, 7 })]
    [InlineData("x", new long[] { 1, 4, 5, 7 })]
    [InlineData("x", new long[] { 1, 3, 5 })]
    public void Shapes_that_are_not_the_models_are_refused(string name, long[] dims)
    {
        var model = new SmallModel().Input("x", DataType.Float, "n", 3, "h", "w")
            .Output("y", DataType.Float, "n", 2, "h", "w")
            .Weights("w", 2, 3, 1, 1).Node("Conv", ["x", "w"], "y");
        Assert.Throws<ModelFormatException>(() => Draw(model, (name, dims)));
    }

    [Fact]
    public void Token_ids_are_rows_of_the_table_and_masks_end_in_zeros()
    {
        var (drawn, signature) = Draw(32, new SmallModel()
            .Input("ids", DataType.Int64, "n", "tokens").Input("mask", DataType.Int64, "n", "tokens")
            .Output("y", DataType.Float, "n", "tokens", 5)
            .Weights("table", 7, 5).Integers("axes", 2)
            .Node("Gather", ["table", "ids"], "rows").Node("Cast", ["mask"], "floats", ("to", DataType.Float))
            .Node("Unsqueeze", ["floats", "axes"], "column").Node("Mul", ["rows", "column"], "y"));

        Assert.Equal([0, 1, 2, 3, 4, 5, 6], drawn.Inputs["ids"].As<long>().ToArray().Distinct().Order());
        var lengths = Lengths(drawn.Inputs["mask"]);
        Assert.InRange(lengths.Min(), 9, 20);
        Assert.InRange(lengths.Count(length => length == 32), 8, 24);
        Assert.Equal([32, 5], signature.OutputDims);
    }

    [Fact]
    public void A_scalar_and_a_state_make_a_run_take_one_example_and_a_switch_gets_what_it_is_compared_with()
    {
        var (drawn, signature) = Draw(new SmallModel()
            .Input("x", DataType.Float, "n", 4).Input("state", DataType.Float, 2, "n", 4).Input("rate", DataType.Int64)
            .Output("y", DataType.Float, 2, "n", 4)
            .Weights("w", 4, 4).Integers("sixteen", 16000)
            .Node("MatMul", ["x", "w"], "moved").Node("Add", ["moved", "state"], "sum")
            .Node("Equal", ["rate", "sixteen"], "same").Node("Where", ["same", "sum", "state"], "y"));

        Assert.True(drawn.OneByOne && signature.OneByOne);
        Assert.Equal(1, signature.FixedBatch);
        Assert.Equal([4, 2, 1, 4], drawn.Inputs["state"].Dims);
        Assert.Equal([16000, 16000, 16000, 16000], drawn.Inputs["rate"].As<long>().ToArray());
        Assert.Equal([2, 1, 4], signature.OutputDims);
    }

    [Fact]
    public void An_output_whose_first_axis_is_no_batch_makes_a_run_take_one_example()
    {
        var (_, signature) = Draw(new SmallModel()
            .Input("x", DataType.Float, "n", 4).Output("y", DataType.Float, 3, "n")
            .Weights("w", 4, 3).Node("MatMul", ["x", "w"], "rows").Node("Transpose", ["rows"], "y"));

        Assert.True(signature.OneByOne);
        Assert.Equal([3, 1], signature.OutputDims);
    }

    [Fact]
    public void A_model_that_runs_on_nothing_drawn_is_refused_with_what_to_do()
    {
        var refusal = Assert.Throws<ModelFormatException>(() => Draw(new SmallModel()
            .Input("x", DataType.Float, "n", "length").Output("y", DataType.Float, "n", 2)
            .Weights("w", 5, 2).Node("MatMul", ["x", "w"], "y")));

        Assert.Contains("InputShapes", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Sequences_are_shorter_where_all_weights_take_long()
    {
        var path = new SmallModel().Input("x", DataType.Int64, "n", "words")
            .Output("y", DataType.Float, "n", "words", 2).Weights("w", 5, 2).Node("Gather", ["w", "x"], "y")
            .Write(_folder["words.onnx"]);
        using var session = Sessions.Plain.Open(path);
        using var file = ModelFile.Open(path);
        var large = file.Structure.Graph.Clone();

        // Only what it is said to have counts.
        large.Initializer.Add(
            new TensorProto { Name = "more", DataType = (int)DataType.Float, Dims = { 1 << 14, 1 << 14 } });

        Assert.Equal([1, 32], Settled(file.Structure.Graph).RunDims);
        Assert.Equal([1, 8], Settled(large).RunDims);

        DrawnInput Settled(GraphProto graph) =>
            Assert.Single(InputSampler.Settle(session, graph, InputShapes.None).Inputs);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>By example, how many ones a mask begins with; nothing but zeros follows.</summary>
    private static int[] Lengths(NumpyArray mask)
    {
        var all = mask.As<long>().ToArray();
        return
        [
            .. all.Chunk(all.Length / mask.Rows).Select(row =>
            {
                var ones = row.TakeWhile(value => value == 1).Count();
                Assert.All(row[ones..], value => Assert.Equal(0, value));
                return ones;
            }),
        ];
    }

    private (Dataset Drawn, ModelSignature Signature) Draw(
        SmallModel model, params (string Name, long[] Dims)[] shapes) => Draw(4, model, shapes);

    private (Dataset Drawn, ModelSignature Signature) Draw(
        int count, SmallModel model, params (string Name, long[] Dims)[] shapes)
    {
        var path = model.Write(_folder["small.onnx"]);
        using var session = Sessions.Plain.Open(path);
        var sampler = InputSampler.Settle(session, ModelFile.Open(path).Structure.Graph, shapes.ToDictionary(
            shape => shape.Name, IReadOnlyList<long> (shape) => shape.Dims, StringComparer.Ordinal));
        var drawn = sampler.Draw(count, seed: 1);
        return (drawn, ModelSignature.Of(session, drawn));
    }
}
