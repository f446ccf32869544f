using Google.Protobuf;
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
/// Models whose outputs vary from run to run, or can't be measured: jobs on them are refused with what to do.
/// </summary>
public sealed class UnmeasurableModelTests : IDisposable
{
    private readonly SmallJobs _jobs = new();

    public void Dispose() => _jobs.Dispose();

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
            model = model.Node("TfIdfVectorizer", ["city"], "shift", ("mode", "TF"), ("min_gram_length", 1),
                    ("max_gram_length", 1), ("max_skip_count", 0), ("ngram_counts", new long[] { 0 }),
                    ("ngram_indexes", new long[] { 0, 1, 2 }), ("pool_strings", new[] { "a", "b", "c" }))
                .Node("Add", ["sums", "shift"], "y");
        var options = Options(model);

        if (leads) Refused<ModelFormatException>(options, "'city'");
        else Assert.Equal("empty strings", ProtectionPipeline.Run(options).DrawnValues["city"]);
    }

    [Fact]
    public void A_model_that_answers_everything_alike_is_refused() =>
        Refused<DataFormatException>(Options(OneClass(scale: 0)), "the same output for all examples");

    [Fact]
    public void A_model_that_gives_all_drawn_inputs_one_class_is_judged_by_its_scores_as_values()
    {
        var report = ProtectionPipeline.Run(Options(OneClass(scale: 1e-4f)));

        Assert.True(report.TargetReached, report.ToString());
        Assert.Equal((DataSource.RandomInputsOfOneClass, Metric.NormalizedError), (report.Source, report.Metric));
        Assert.InRange(report.Worth!.OfOutputs, 0, WorthGoals.Default.Outputs);
    }

    [Fact]
    public void Examples_that_were_given_and_are_all_of_one_class_are_refused()
    {
        var options = Options(OneClass(scale: 1e-4f));
        var data = NumpyFile.Write(_jobs.Folder["data.npz"], ("x", "<f4", [60, 4],
            NumpyFile.Bytes(Enumerable.Range(0, 240).Select(i => MathF.Sin(i)).ToArray())));

        Refused<DataFormatException>(
            options with { Data = new DataSettings { Calibration = data } }, "the same class");
    }

    [Fact]
    public void Of_a_model_in_training_mode_it_is_said_that_it_is()
    {
        // Of one example, whose mean is taken off, nothing is left.
        var options = Options(new SmallModel().Input("x", DataType.Float, 1, 4).Output("y", DataType.Float, 1, 3)
            .Weights("w", 4, 3).Weights("scale", 3).Weights("shift", 3).Weights("mean", 3).Weights("variance", 3)
            .Node("MatMul", ["x", "w"], "sums")
            .Node("BatchNormalization", ["sums", "scale", "shift", "mean", "variance"], "y", ("training_mode", 1)));
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(options.Model));
        model.Graph.Node[1].Output.Add(["means", "variances"]);
        File.WriteAllBytes(options.Model, model.ToByteArray());

        Refused<DataFormatException>(options, "is in training mode");
    }

    [Fact]
    public void A_library_of_ops_is_not_loaded_and_what_can_be_done_without_it_is_named()
    {
        var options = Options(new SmallModel().Input("x", DataType.Float, "n", 4).Output("y", DataType.Float, "n", 3)
            .Weights("w", 4, 3).Node("MatMul", ["x", "w"], "sums").Node("com.acme:Norm", ["sums"], "y"));

        Refused<ModelFormatException>(options, "drawn at random, without running it");
    }

    /// <summary>A classifier whose last class is ahead of all others by more than inputs change.</summary>
    private static SmallModel OneClass(float scale) => new SmallModel().Input("x", DataType.Float, "n", 4)
        .Output("y", DataType.Float, "n", 3).Weights("w", 4, 8).Weights("v", 8, 3).Number("little", scale)
        .Tensor(new TensorProto
        {
            Name = "always",
            DataType = (int)DataType.Float,
            Dims = { 3 },
            FloatData = { 1, 2, 3 },
        })
        .Node("MatMul", ["x", "w"], "inner").Node("Relu", ["inner"], "lit").Node("MatMul", ["lit", "v"], "sums")
        .Node("Mul", ["sums", "little"], "less").Node("Add", ["less", "always"], "y");

    private ProtectionOptions Options(SmallModel model) => _jobs.Of(model);

    private static void Refused<T>(ProtectionOptions options, string why) where T : OnnxSplitterException
    {
        var refusal = Assert.Throws<T>(() => ProtectionPipeline.Run(options));
        Assert.Contains(why, $"{refusal.Message} {refusal.Remedy}", StringComparison.Ordinal);
        Assert.False(File.Exists(options.Output) || File.Exists(options.Secrets));
    }
}
