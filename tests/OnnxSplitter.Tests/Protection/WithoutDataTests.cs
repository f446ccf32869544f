using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>
/// Jobs that were given no data, on models of kinds that published ones have: what they come to holds on real inputs.
/// </summary>
public sealed class WithoutDataTests : IDisposable
{
    private readonly SmallJobs _jobs = new();

    public void Dispose() => _jobs.Dispose();

    [Fact]
    public void Categories_that_are_cast_to_floats()
    {
        var options = Options(new SmallModel().Input("columns", DataType.Int64, "n", 10)
            .Output("y", DataType.Float, "n", 6).Weights("first", 10, 24).Weights("second", 24, 6)
            .Node("Cast", ["columns"], "x", ("to", DataType.Float)).Node("MatMul", ["x", "first"], "sums")
            .Node("Relu", ["sums"], "lit").Node("MatMul", ["lit", "second"], "y"));

        Assert.True(ProtectionPipeline.Run(options).TargetReached);

        Assert.InRange(Left(options, ("columns", [400, 10], 20)), -0.2, 0.2);
    }

    [Fact]
    public void A_recurrent_state_with_its_layers_before_the_batch()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, "batch", 4, 8)
            .Input("state", DataType.Float, 2, "batch", 12).Output("y", DataType.Float, "batch", 6)
            .Weights("w", 2, 36, 8).Weights("r", 2, 36, 12).Weights("last", 24, 6).Integers("rows", -1, 24)
            .Node("Transpose", ["x"], "steps", ("perm", (long[])[1, 0, 2]))
            .Node("GRU", ["steps", "w", "r", "", "", "state"], "all", ("hidden_size", 12),
                ("direction", "bidirectional"))
            .Integers("end", -1).Node("Gather", ["all", "end"], "ends").Integers("first", 0)
            .Node("Squeeze", ["ends", "first"], "both").Node("Transpose", ["both"], "turned",
                ("perm", (long[])[1, 0, 2]))
            .Node("Reshape", ["turned", "rows"], "row").Node("MatMul", ["row", "last"], "y"));

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.Written, report.ToString());
        Assert.Equal([1, 4, 8], report.DrawnShapes["x"]);
        Assert.Equal([2, 1, 12], report.DrawnShapes["state"]);
    }

    [Fact]
    public void Tokens_in_a_table_of_four_bits()
    {
        var packed = new byte[64 * 16];
        new Random(1).NextBytes(packed);
        var options = Options(new SmallModel().Input("ids", DataType.Int64, "n", "tokens")
            .Output("y", DataType.Float, "n", 7).Weights("scales", 64, 2).Weights("w", 32, 7)
            .Tensor(new TensorProto
            {
                Name = "packed",
                DataType = (int)DataType.Uint8,
                Dims = { 64, 16 },
                RawData = ByteString.CopyFrom(packed),
            })
            .Node("com.microsoft:GatherBlockQuantized", ["packed", "ids", "scales"], "rows",
                ("gather_axis", 0), ("quantize_axis", 1), ("block_size", 16), ("bits", 4))
            .Node("ReduceMean", ["rows"], "mean", ("axes", new long[] { 1 }), ("keepdims", 0))
            .Node("MatMul", ["mean", "w"], "y"));

        Assert.True(ProtectionPipeline.Run(options).TargetReached);

        Assert.InRange(Left(options, ("ids", [400, 5], 64)), -0.2, 0.2);
    }

    [Fact]
    public void A_mask_that_hides_all_by_infinity_where_it_is_zero()
    {
        var options = Options(new SmallModel().Input("ids", DataType.Int64, "n", "tokens")
            .Input("attention_mask", DataType.Int64, "n", "tokens").Output("y", DataType.Float, "n", 4)
            .Weights("table", 50, 16).Weights("w", 16, 4).Weights("query", 16, 1).Integer("zero", 0)
            .Number("never", float.NegativeInfinity).Integers("last", 2)
            .Node("Gather", ["table", "ids"], "rows").Node("MatMul", ["rows", "query"], "column")
            .Node("Squeeze", ["column", "last"], "scores").Node("Equal", ["attention_mask", "zero"], "absent")
            .Node("Where", ["absent", "never", "scores"], "left").Node("Softmax", ["left"], "shares")
            .Node("Unsqueeze", ["shares", "last"], "weights").Node("Mul", ["rows", "weights"], "parts")
            .Node("ReduceMean", ["parts"], "mean", ("axes", new long[] { 1 }), ("keepdims", 0))
            .Node("MatMul", ["mean", "w"], "y"));

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.TargetReached && double.IsFinite(report.Obfuscated), report.ToString());
        Assert.Equal("mask", report.DrawnValues["attention_mask"]);
        Assert.Equal("0 to 49", report.DrawnValues["ids"]);
        Assert.InRange(Left(options, ("ids", [300, 20], 50), ("attention_mask", [300, 20], -1)), -0.3, 0.3);
    }

    private ProtectionOptions Options(SmallModel model) => _jobs.Of(model);

    /// <summary>
    /// How often, balanced, the obfuscated model answers as the original, on integers up to a bound (-1 for a mask):
    /// 0 as often as by chance, 1 always.
    /// </summary>
    private static double Left(ProtectionOptions options, params (string Name, long[] Dims, long Bound)[] inputs)
    {
        var random = new Random(7);
        var data = new Dataset(inputs.ToDictionary(input => input.Name, input => new NumpyArray(
            TensorElementType.Int64, input.Dims, NumpyFile.Bytes(Enumerable.Range(0, (int)input.Dims[0]).SelectMany(_ =>
            {
                var length = random.Next((int)input.Dims[1] / 2, (int)input.Dims[1] + 1);
                return Enumerable.Range(0, (int)input.Dims[1])
                    .Select(i => input.Bound < 0 ? i < length ? 1L : 0 : random.NextInt64(input.Bound));
            }).ToArray())), StringComparer.Ordinal), Labels: null);
        using var original = LoadedModel.Open(options.Model);
        using var obfuscated = LoadedModel.Open(options.Output, original.Signature);
        var answered = original.Answer(data);
        var chance = BalancedAccuracy.Chance(answered.Labels!).Value;

        // One that always answers what the original never does is right in nothing: less than by chance.
        return Math.Max(0, (obfuscated.Accuracy(answered).Value - chance) / (1 - chance));
    }
}
