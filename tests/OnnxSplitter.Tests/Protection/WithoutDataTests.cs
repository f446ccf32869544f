using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Cli;
using OnnxSplitter.Worth.Readings;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>
/// Jobs that were given no data, on models of kinds that published ones have: what they come to holds on real inputs,
/// or they are refused with what to do.
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

    [Fact]
    public void A_model_whose_own_noise_would_count_as_success_is_refused()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, "n", 16)
            .Output("wave", DataType.Float, "n", 1, 12).Weights("first", 16, 24).Weights("second", 24, 12)
            .Integers("one", 1).Node("RandomNormalLike", ["x"], "noise").Node("Add", ["x", "noise"], "sum")
            .Node("MatMul", ["sum", "first"], "inner").Node("Relu", ["inner"], "lit")
            .Node("MatMul", ["lit", "second"], "flat").Node("Unsqueeze", ["flat", "one"], "wave"));

        Refused<ModelFormatException>(options, "own outputs vary from run to run");
    }

    [Fact]
    public void A_model_with_a_little_noise_of_its_own_has_to_be_worse_than_that()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, "n", 16)
            .Output("y", DataType.Float, "n", 1, 12).Weights("first", 16, 24).Weights("second", 24, 12)
            .Integers("one", 1).Number("little", 0.1f).Node("RandomNormalLike", ["x"], "noise")
            .Node("Mul", ["noise", "little"], "less").Node("Add", ["x", "less"], "sum")
            .Node("MatMul", ["sum", "first"], "inner").Node("Relu", ["inner"], "lit")
            .Node("MatMul", ["lit", "second"], "flat").Node("Unsqueeze", ["flat", "one"], "y"));

        var report = ProtectionPipeline.Run(options);

        Assert.True(report.TargetReached, report.ToString());
        Assert.InRange(report.Repeated!.Value, 1e-3, 0.2);
        Assert.Equal(1 - WorthGoals.Default.Outputs + report.Repeated.Value / 2, report.Target, 6);
    }

    [Fact]
    public void The_checker_passes_a_model_whose_own_outputs_vary()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, "n", 16).Output("y", DataType.Float, "n", 6)
            .Weights("first", 16, 24).Weights("second", 24, 6).Number("ratio", 0.5f)
            .Tensor(new TensorProto { Name = "training", DataType = (int)DataType.Bool, Int32Data = { 1 } })
            .Node("MatMul", ["x", "first"], "inner").Node("Relu", ["inner"], "lit")
            .Node("Dropout", ["lit", "ratio", "training"], "kept").Node("MatMul", ["kept", "second"], "y")) with
        {
            Search = new SearchSettings { Strategy = StrategyKind.Random, MaxWeights = 3 },
            AcceptBest = true,
        };
        ProtectionPipeline.Run(options);
        KeyFiles.WritePem(SmallJobs.Key, _jobs.Folder["vendor.pem"], _jobs.Folder["vendor.crt"], overwrite: false);

        var transcript = Transcript.OfChecker(
        [
            options.Output, "-s", options.Secrets, "-i", _jobs.Folder["vendor.pem"],
            "--trust", _jobs.Folder["vendor.crt"],
            "--original", options.Model,
        ]);

        Assert.Contains("own outputs vary from run to run", transcript.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("FAILED", transcript.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Class_numbers_without_scores_are_refused_and_the_scores_are_named()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, "n", 3, "h", "w")
            .Output("classes", DataType.Int64, "n", "h", "w").Weights("kernel", 4, 3, 1, 1)
            .Node("Conv", ["x", "kernel"], "scores").Node("ArgMax", ["scores"], "picked", ("axis", 1), ("keepdims", 0))
            .Node("Cast", ["picked"], "classes", ("to", DataType.Int64)));

        Refused<ModelFormatException>(options, "'scores'");
    }

    [Fact]
    public void An_output_whose_length_depends_on_values_is_refused_with_data_and_without()
    {
        // As many rows as the numbers add up to.
        var model = new SmallModel().Input("lengths", DataType.Float, 1, 3).Output("y", DataType.Float, 1, "time", 4)
            .Weights("w", 1, 4).Integers("one", 1).Integer("zero", 0).Integer("step", 1).Number("half", 1.5f)
            .Integers("shape", 1, -1, 1).Node("Abs", ["lengths"], "sizes").Node("Ceil", ["sizes"], "whole")
            .Node("ReduceSum", ["whole"], "total", ("keepdims", 0)).Node("Cast", ["total"], "n", ("to", DataType.Int64))
            .Node("Range", ["zero", "n", "step"], "row").Node("Cast", ["row"], "floats", ("to", DataType.Float))
            .Node("Reshape", ["floats", "shape"], "column").Node("MatMul", ["column", "w"], "y");
        var options = Options(model);
        var data = NumpyFile.Write(_jobs.Folder["data.npz"], ("lengths", "<f4", [9, 3],
            NumpyFile.Bytes(Enumerable.Range(0, 27).Select(i => 1f + i).ToArray())));

        Refused<DataFormatException>(options, "its length depends on what goes in");
        Refused<DataFormatException>(
            options with { Data = new DataSettings { Calibration = data } }, "its length depends on what goes in");
    }

    [Fact]
    public void An_empty_output_is_refused()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, "n", 4).Output("y", DataType.Float, "n", 0)
            .Weights("w", 4, 4).Integers("from", 4).Integers("to", 4).Integers("axis", 1)
            .Node("MatMul", ["x", "w"], "all").Node("Slice", ["all", "from", "to", "axis"], "y"));

        Assert.Contains("is empty", Assert.ThrowsAny<OnnxSplitterException>(
            () => ProtectionPipeline.Run(options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Strings_are_refused_where_the_measured_output_depends_on_them(bool leads)
    {
        var model = new SmallModel().Input("x", DataType.Float, "n", 4).Input("city", DataType.String, "n", 1)
            .Output("y", DataType.Float, "n", 3).Output("number", DataType.Int64, "n", 1)
            .Weights("w", 4, 3).Node("MatMul", ["x", "w"], leads ? "sums" : "y")
            .Node("ai.onnx.ml:LabelEncoder", ["city"], "number",
                ("keys_strings", new[] { "a", "b" }), ("values_int64s", new long[] { 0, 1 }));
        if (leads)
            model = model.Node("Cast", ["number"], "shift", ("to", DataType.Float))
                .Node("Add", ["sums", "shift"], "y");
        var options = Options(model);

        if (leads) Refused<ModelFormatException>(options, "'city'");
        else Assert.Equal("empty strings", ProtectionPipeline.Run(options).DrawnValues["city"]);
    }

    [Fact]
    public void A_model_that_answers_everything_alike_is_refused()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, "n", 4).Output("y", DataType.Float, "n", 3)
            .Weights("w", 4, 3).Number("nothing", 0).Tensor(new TensorProto
            {
                Name = "always",
                DataType = (int)DataType.Float,
                Dims = { 3 },
                FloatData = { 1, 2, 3 },
            })
            .Node("MatMul", ["x", "w"], "sums").Node("Mul", ["sums", "nothing"], "gone")
            .Node("Add", ["gone", "always"], "y"));

        Refused<DataFormatException>(options, "are alike");
    }

    private ProtectionOptions Options(SmallModel model) => _jobs.Of(model);

    private static void Refused<T>(ProtectionOptions options, string why) where T : OnnxSplitterException
    {
        var refusal = Assert.Throws<T>(() => ProtectionPipeline.Run(options));
        Assert.Contains(why, $"{refusal.Message} {refusal.Remedy}", StringComparison.Ordinal);
        Assert.False(File.Exists(options.Output) || File.Exists(options.Secrets));
    }

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
