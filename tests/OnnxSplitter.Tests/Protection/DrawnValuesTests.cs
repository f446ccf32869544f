using System.Numerics.Tensors;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Weights;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>What is drawn for an input, by what the model does with it.</summary>
public sealed class DrawnValuesTests : IDisposable
{
    private const int Count = 64;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Numbers_of_categories_are_spread_where_no_table_says_how_many_there_are()
    {
        var columns = Draw(new SmallModel().Input("columns", DataType.Int64, "n", 10)
            .Output("y", DataType.Float, "n", 6).Weights("w", 10, 6)
            .Node("Cast", ["columns"], "x", ("to", DataType.Float)).Node("MatMul", ["x", "w"], "y"))
            .Inputs["columns"].As<long>().ToArray();

        Assert.Equal(Enumerable.Range(0, 16).Select(i => (long)i), columns.Distinct().Order());
    }

    [Fact]
    public void Ids_are_rows_of_the_table_whatever_lies_between()
    {
        // Half of an id, plus one, is looked up in a table of nine rows.
        var ids = Draw(new SmallModel().Input("ids", DataType.Int32, "n", "tokens")
            .Output("y", DataType.Float, "n", "tokens", 3).Weights("table", 9, 3).Number("half", 0.5f).Number("one", 1)
            .Node("Cast", ["ids"], "floats", ("to", DataType.Float)).Node("Mul", ["floats", "half"], "halves")
            .Node("Add", ["halves", "one"], "rows").Node("Cast", ["rows"], "whole", ("to", DataType.Int64))
            .Node("Gather", ["table", "whole"], "y"))
            .Inputs["ids"].As<int>().ToArray();

        Assert.Equal((0, 15), (ids.Min(), ids.Max()));
    }

    [Fact]
    public void Ids_are_rows_of_a_table_in_blocks_of_four_bits()
    {
        var random = new Random(1);
        var packed = new byte[64 * 16];
        random.NextBytes(packed);

        var ids = Draw(new SmallModel().Input("ids", DataType.Int64, "n", "tokens")
            .Output("y", DataType.Float, "n", "tokens", 7).Weights("scales", 64, 2).Weights("w", 32, 7)
            .Tensor(new TensorProto
            {
                Name = "packed",
                DataType = (int)DataType.Uint8,
                Dims = { 64, 16 },
                RawData = ByteString.CopyFrom(packed),
            })
            .Node("com.microsoft:GatherBlockQuantized", ["packed", "ids", "scales"], "rows",
                ("gather_axis", 0), ("quantize_axis", 1), ("block_size", 16), ("bits", 4))
            .Node("MatMul", ["rows", "w"], "y"))
            .Inputs["ids"].As<long>().ToArray();

        Assert.Equal((0, 63), (ids.Min(), ids.Max()));
        Assert.InRange(ids.Distinct().Count(), 50, 64);
    }

    [Fact]
    public void Categories_are_as_many_as_the_model_tells_apart()
    {
        var classes = Draw(new SmallModel().Input("class", DataType.Int64, "n")
            .Output("y", DataType.Float, "n", 3).Weights("w", 5, 3).Integer("depth", 5)
            .Tensor(new TensorProto
            {
                Name = "values",
                DataType = (int)DataType.Float,
                Dims = { 2 },
                FloatData = { 0, 1 },
            })
            .Node("OneHot", ["class", "depth", "values"], "x").Node("MatMul", ["x", "w"], "y"))
            .Inputs["class"].As<long>().ToArray();

        Assert.Equal([0, 1, 2, 3, 4], classes.Distinct().Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_taken_off_one_or_compared_with_nothing_hides_the_end_alone(bool subtracted)
    {
        var model = new SmallModel().Input("scores", DataType.Float, "n", 12).Input("present", DataType.Int64, "n", 12)
            .Output("y", DataType.Float, "n", 12).Number("one", 1).Number("much", -10000)
            .Number("never", float.NegativeInfinity).Integer("zero", 0);
        model = subtracted
            ? model.Node("Cast", ["present"], "floats", ("to", DataType.Float)).Node("Sub", ["one", "floats"], "absent")
                .Node("Mul", ["absent", "much"], "less").Node("Add", ["scores", "less"], "left")
            : model.Node("Equal", ["present", "zero"], "absent").Node("Where", ["absent", "never", "scores"], "left");

        var (drawn, outputs) = Run(model.Node("Softmax", ["left"], "y"));

        var rows = drawn.Inputs["present"].As<long>().ToArray().Chunk(12).ToArray();
        Assert.All(rows, row => Assert.Equal((1, false), (row[0], row.Zip(row.Skip(1)).Any(p => p.First < p.Second))));
        Assert.Contains(rows, row => row[^1] == 0);
        Assert.Contains(rows, row => row[^1] == 1);
        Assert.DoesNotContain(outputs, float.IsNaN);
    }

    [Fact]
    public void A_mask_that_hides_by_ones_leaves_something_to_see()
    {
        var (drawn, outputs) = Run(new SmallModel().Input("scores", DataType.Float, "n", 12)
            .Input("padding_mask", DataType.Bool, "n", 12).Output("y", DataType.Float, "n", 12)
            .Number("never", float.NegativeInfinity)
            .Node("Where", ["padding_mask", "never", "scores"], "left").Node("Softmax", ["left"], "y"));

        Assert.All(drawn.Inputs["padding_mask"].Data.Chunk(12), row => Assert.Equal(0, row[0]));
        Assert.Contains((byte)1, drawn.Inputs["padding_mask"].Data);
        Assert.DoesNotContain(outputs, float.IsNaN);
    }

    [Theory]
    [InlineData("n", 3, "h", "w")]
    [InlineData("n", 24, 20, 1)]
    public void Images_have_shades_and_not_noise_alone(params object[] dims)
    {
        var channelsLast = dims[3] is 1;
        var model = new SmallModel().Input("x", DataType.Float, dims).Output("y", DataType.Float, [.. dims]);
        var image = Draw(model.Node("Relu", ["x"], "y")).Inputs["x"];

        var width = (int)image.Dims[channelsLast ? 2 : 3];
        var values = image.As<float>().ToArray();
        var rows = values.Chunk(width).ToArray();
        Assert.InRange(Correlation(rows.SelectMany(row => row.Zip(row.Skip(1)))), 0.6, 0.999);
        Assert.InRange(TensorPrimitives.StdDev<float>(values), 0.5, 2);
        Assert.NotEqual(rows[0], rows[rows.Length / 2]);
    }

    [Theory]
    [InlineData("Div", 255f)]
    [InlineData("Sub", 127.5f)]
    [InlineData("Mul", 1 / 255f)]
    public void Images_that_the_model_brings_to_size_itself_have_the_brightness_of_files(string op, float number)
    {
        var image = Draw(new SmallModel().Input("x", DataType.Float, "n", 1, 16, 16)
            .Output("y", DataType.Float, "n", 1, 16, 16).Number("size", number).Node(op, ["x", "size"], "y"))
            .Inputs["x"].As<float>().ToArray();

        Assert.Equal((0f, 255f), (image.Min(), image.Max()));
        Assert.InRange(image.Average(), 90, 165);
    }

    [Fact]
    public void Images_of_bytes_use_all_of_them()
    {
        var image = Draw(new SmallModel().Input("x", DataType.Uint8, "n", 16, 16, 3)
            .Output("y", DataType.Float, "n", 16, 16, 3).Node("Cast", ["x"], "y", ("to", DataType.Float)))
            .Inputs["x"].Data;

        Assert.Equal((0, 255), (image.Min(), image.Max()));
        Assert.InRange(Correlation(image.Chunk(3).Select(p => ((float)p[0], (float)p[1]))), 0.6, 1);
    }

    [Fact]
    public void Sounds_are_waves_of_at_most_one()
    {
        var sound = Draw(new SmallModel().Input("x", DataType.Float, "n", 1600).Output("y", DataType.Float, "n", 1600)
            .Node("Relu", ["x"], "y")).Inputs["x"].As<float>().ToArray();

        Assert.InRange(sound.Max(Math.Abs), 0.8f, 1.0001f);
        Assert.All(sound.Chunk(1600), one => Assert.InRange(one.Max(Math.Abs), 0.09f, 1.0001f));
    }

    [Theory]
    [InlineData(DataType.Uint32, TensorElementType.UInt32)]
    [InlineData(DataType.Uint16, TensorElementType.UInt16)]
    [InlineData(DataType.Int16, TensorElementType.Int16)]
    [InlineData(DataType.Int8, TensorElementType.Int8)]
    [InlineData(DataType.Uint64, TensorElementType.UInt64)]
    [InlineData(DataType.Bfloat16, TensorElementType.BFloat16)]
    public void Numbers_of_any_type_are_drawn_and_differ(DataType type, TensorElementType expected)
    {
        var drawn = Draw(new SmallModel().Input("x", type, "n", 4).Output("y", DataType.Float, "n", 4)
            .Node("Cast", ["x"], "y", ("to", DataType.Float))).Inputs["x"];

        Assert.Equal(expected, drawn.Type);
        Assert.InRange(drawn.Data.Chunk(drawn.RowSize).Select(Convert.ToHexString).Distinct().Count(), 40, Count);
    }

    [Fact]
    public void Values_of_bfloat16_are_the_nearest_to_what_is_drawn()
    {
        var exact = Draw(Cast(DataType.Double)).Inputs["x"].As<double>().ToArray();
        var drawn = Draw(Cast(DataType.Bfloat16)).Inputs["x"].As<ushort>().ToArray();

        Assert.Equal(exact.Select(value => (ushort)ElementType.BFloat16.Encode(value)), drawn);

        static SmallModel Cast(DataType type) => new SmallModel().Input("x", type, "n", 4)
            .Output("y", DataType.Float, "n", 4).Node("Cast", ["x"], "y", ("to", DataType.Float));
    }

    [Fact]
    public void An_input_that_says_how_long_something_is_stays_1()
    {
        var drawn = Draw(new SmallModel().Input("x", DataType.Float, "n", 4).Input("times", DataType.Int64, 2)
            .Output("y", DataType.Float, "n", "m").Node("Tile", ["x", "times"], "y"));

        Assert.All(drawn.Inputs["times"].As<long>().ToArray(), value => Assert.Equal(1, value));
    }

    private Dataset Draw(SmallModel model) => Run(model).Drawn;

    private (Dataset Drawn, float[] Outputs) Run(SmallModel model)
    {
        var path = model.Write(_folder["small.onnx"]);
        var session = Sessions.Plain.Open(path);
        var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph;
        var sampler = InputSampler.Settle(session, graph, InputShapes.None);
        var drawn = sampler.Draw(Count, seed: 1);
        using var loaded = new LoadedModel(session, ModelSignature.Of(session, drawn));
        return (drawn, loaded.Outputs(drawn));
    }

    private static double Correlation(IEnumerable<(float Left, float Right)> pairs)
    {
        var all = pairs.ToArray();
        var (left, right) = (all.Average(pair => pair.Left), all.Average(pair => pair.Right));
        return all.Average(pair => (pair.Left - left) * (pair.Right - right))
            / Math.Sqrt(all.Average(pair => Math.Pow(pair.Left - left, 2)))
            / Math.Sqrt(all.Average(pair => Math.Pow(pair.Right - right, 2)));
    }
}
