using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Detectors;
using OnnxSplitter.Forensics.Repairs;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Tests.Forensics;

public sealed class DetectorTests : IDisposable
{
    private const string OddSigns = "odd signs of a tensor";
    private const string Gaps = "gaps in histograms";
    private const string ZScores = "z-scores of a tensor";
    private const string FilterZScores = "z-scores of a filter";
    private const string Covariance = "covariance of a channel's parameters";
    private const string Magnitudes = "magnitudes against rank";
    private const string Repeated = "repeated values";

    private readonly TemporaryFolder _folder = new();
    private readonly NormalizedModel _model = new();

    [Theory]
    [InlineData(1, 0.77, false)]
    [InlineData(1, 0.99, true)]
    [InlineData(4, 0.75, false)]
    [InlineData(4, 0.85, true)]
    [InlineData(25, 0.65, true)]
    [InlineData(200, 0.59, false)]
    [InlineData(200, 0.61, true)]
    public void Few_weights_are_told_only_by_more_than_guessing_reaches(int found, double auroc, bool tells) =>
        Assert.Equal(tells, new Detection("one", 1_000_000, found, auroc, []).Tells);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void Guessing_seldom_reaches_more_than_its_bound(int found)
    {
        const int Draws = 20_000;
        var random = new Random(7);
        var bound = new Detection("one", 1_000_000, found, 0, []).MostAuroc;

        // With many others, each changed weight's share of comparisons that it wins is drawn evenly.
        var beyond = Enumerable.Range(0, Draws).Count(_ =>
            Enumerable.Range(0, found).Average(_ => random.NextDouble()) > bound) / (double)Draws;

        Assert.InRange(beyond, 0.01, 0.035);
    }

    [Fact]
    public void A_negative_scale_among_positive_ones_has_an_odd_sign_and_is_turned_back()
    {
        var original = _model.Scale[5];
        _model.Scale[5] = -original;

        var found = Run(OddSigns, "scale", 5);

        Assert.Equal(1, found.Auroc, 1e-9);
        Assert.Equal(("scale", 5L), (found.Guesses[0].Tensor.Path, found.Guesses[0].Index));
        Assert.Equal(original, (float)ElementType.Float32.Decode(found.Guesses[0].Bits));
    }

    [Fact]
    public void The_simplest_repair_turns_it_back_and_nothing_else()
    {
        var original = _model.Scale[5];
        _model.Scale[5] = -original;
        using var file = ModelFile.Open(_model.Write(_folder["model.onnx"]));

        var repair = Assert.Single(MajoritySigns.Of(file, 0.8));

        Assert.Equal(("scale", 5L, ElementType.Float32.Encode(original)),
            (repair.Tensor.Path, repair.Index, repair.Bits));
    }

    [Theory]
    [InlineData(Gaps)]
    [InlineData(ZScores)]
    [InlineData(FilterZScores)]
    [InlineData(Magnitudes)]
    public void A_value_far_from_all_others_stands_out_and_is_pulled_back(string detector)
    {
        var largest = _model.Kernel.Max();
        _model.Kernel[100] = 5 * largest;

        var found = Run(detector, "kernel", 100);

        Assert.Equal(1, found.Auroc, 1e-9);
        Assert.Equal(100, found.Guesses[0].Index);
        Assert.InRange((float)ElementType.Float32.Decode(found.Guesses[0].Bits), -largest, 1.5f * largest);
    }

    [Fact]
    public void A_shift_that_does_not_fit_its_channel_stands_out_though_it_is_an_ordinary_one()
    {
        // What another channel has: no look at the shifts alone finds it.
        var low = Array.IndexOf(_model.Mean, _model.Mean.Min());
        var high = Array.IndexOf(_model.Mean, _model.Mean.Max());
        _model.Shift[low] = _model.Shift[high];

        var found = Run(Covariance, "shift", low);

        Assert.Equal(3L * _model.Shift.Length, found.Judged);
        Assert.InRange(found.Auroc, 0.97, 1);
        Assert.Equal(low, found.Guesses[0].Index);
    }

    [Fact]
    public void Equal_values_point_to_each_other_and_where_there_are_none_all_ties_count_half()
    {
        Assert.Equal(0.5, Run(Repeated, "kernel", 3, 4).Auroc);
        _model.Kernel[3] = _model.Kernel[4] = _model.Kernel.Min();
        Assert.InRange(Run(Repeated, "kernel", 3, 4).Auroc, 0.999, 1);
    }

    [Fact]
    public void What_was_drawn_from_an_unchanged_model_is_found_by_nobody()
    {
        using var file = ModelFile.Open(Repository.Model("resnet20-fmnist-bn.onnx"));
        var random = new Random(11);

        // As many of each tensor as it has, so that no kind of tensor is preferred.
        var drawn = file.Weights.ToDictionary(tensor => tensor.Path, IReadOnlyList<long> (tensor) =>
            [.. Enumerable.Range(0, (int)tensor.Count).Where(_ => random.Next(4) == 0).Select(i => (long)i)]);

        foreach (var found in DetectorSuite.Run(file, drawn))
        {
            var error = 1 / Math.Sqrt(12.0 * found.Found);
            Assert.InRange(found.Auroc, 0.5 - 4 * error, 0.5 + 4 * error);
        }
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_not_judged()
    {
        _model.Kernel[7] = float.NaN;
        var found = Run(ZScores, "kernel", 7);
        Assert.Equal((0, 0.5), (found.Found, found.Auroc));
        Assert.Equal(3L * _model.Shift.Length, found.Judged);
    }

    [Fact]
    public void Undoing_a_right_guess_gives_the_original_models_outputs()
    {
        var path = _model.Write(_folder["original.onnx"]);
        _model.Scale[5] = -_model.Scale[5];
        using var file = ModelFile.Open(_model.Write(_folder["model.onnx"]));
        using var original = LoadedModel.Open(path);
        using var obfuscated = LoadedModel.Open(file.FilePath);
        using var repaired = new LoadedModel(
            RepairedModel.Open(file, MajoritySigns.Of(file, 0.8)), original.Signature);
        var data = new Dataset(new Dictionary<string, NumpyArray>
        {
            ["x"] = NumpyArchive.Read(NumpyFile.Write(_folder["x.npz"],
                ("x", "<f4", [2, 3, 8, 8], NumpyFile.Bytes([.. Enumerable.Range(0, 384).Select(i => i % 7f)]))))["x"],
        }, null);

        Assert.NotEqual(original.Outputs(data), obfuscated.Outputs(data));
        Assert.Equal(original.Outputs(data), repaired.Outputs(data));
    }

    public void Dispose() => _folder.Dispose();

    private Detection Run(string detector, string path, params long[] changed)
    {
        using var file = ModelFile.Open(_model.Write(_folder["model.onnx"]));
        return DetectorSuite.Run(file, new Dictionary<string, IReadOnlyList<long>> { [path] = changed })
            .Single(one => one.Detector == detector);
    }
}
