using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Data;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Accuracy that no share of a class can lift.</summary>
public sealed class BalancedAccuracyTests
{
    [Fact]
    public void Where_a_score_is_no_number_there_is_no_accuracy()
    {
        using var folder = new TemporaryFolder();
        var path = new SmallModel().Input("x", DataType.Float, "n", 2).Output("y", DataType.Float, "n", 2)
            .Node("Sqrt", ["x"], "y").Write(folder["model.onnx"]);
        var good = Examples(4, 1);
        using var session = new InferenceSession(path);
        using var model = LoadedModel.Open(path, ModelSignature.Of(session, good, null));

        Assert.Equal(1, model.Accuracy(good).Value);
        Assert.True(double.IsNaN(model.Accuracy(Examples(4, -1)).Value));

        static Dataset Examples(float large, float small) => new(
            new Dictionary<string, NumpyArray>(StringComparer.Ordinal)
            {
                ["x"] = new(TensorElementType.Float, [2, 2], NumpyFile.Bytes([large, small, 1, 9])),
            },
            [0, 1]);
    }

    [Fact]
    public void Always_giving_one_answer_is_chance_even_where_99_of_100_examples_are_of_that_class()
    {
        int[] labels = [.. Enumerable.Repeat(0, 990), .. Enumerable.Repeat(1, 10)];

        var measured = BalancedAccuracy.Of(new int[1000], labels);

        Assert.Equal(0.5, measured.Value);
        Assert.InRange(measured.StandardError, 0.001, BalancedAccuracy.Chance(labels).StandardError);
    }

    [Fact]
    public void Each_class_counts_the_same()
    {
        // Three quarters of class 0, one half of class 2, all of class 5; class 1 is no label.
        var measured = BalancedAccuracy.Of([0, 0, 0, 1, 2, 0, 5], [0, 0, 0, 0, 2, 2, 5]);

        Assert.Equal((0.75 + 0.5 + 1) / 3, measured.Value, 12);
    }

    [Fact]
    public void The_standard_error_is_what_many_samples_scatter_by()
    {
        var random = new Random(1);
        int[] labels = [.. Enumerable.Range(0, 4).SelectMany(c => Enumerable.Repeat(c, 20 * (c + 1)))];
        var measured = Enumerable.Range(0, 2000).Select(_ => BalancedAccuracy.Of(
            [.. labels.Select(label => random.NextDouble() < 0.2 * (label + 1) ? label : label + 1)],
            labels)).ToArray();

        var mean = measured.Average(value => value.Value);
        var scatter = Math.Sqrt(measured.Average(value => Math.Pow(value.Value - mean, 2)));

        Assert.Equal(0.5, mean, 2);
        Assert.InRange(measured.Average(value => value.StandardError) / scatter, 0.9, 1.1);
    }

    [Fact]
    public void One_example_a_class_does_not_make_a_figure_certain() =>
        Assert.InRange(
            BalancedAccuracy.Of([0, 1, 2, 3, 0, 0, 0, 0], [0, 1, 2, 3, 4, 5, 6, 7]).StandardError, 0.1, 0.2);

    [Fact]
    public void Chance_is_that_of_the_classes_that_occur()
    {
        var chance = BalancedAccuracy.Chance([7, 7, 900, 900]);

        Assert.Equal(0.5, chance.Value);
        Assert.Equal(Math.Sqrt(0.25 / 2 + 0.25 / 2) / 2, chance.StandardError, 12);
    }

    [Theory]
    [InlineData(new[] { 0, 1, 1 }, 1, 18)]
    [InlineData(new[] { 0, 1 }, 1, 16)]
    [InlineData(new[] { 0, 1 }, 0.6, 400)]
    public void With_as_many_examples_as_are_needed_a_model_halfway_lies_two_standard_errors_above_chance(
        int[] labels, double original, int needed)
    {
        Assert.Equal(needed, BalancedAccuracy.Needed(labels, original));

        int[] enough = [.. Enumerable.Range(0, needed).Select(i => labels[i % labels.Length])];
        Assert.Equal(needed, BalancedAccuracy.Needed(enough, original));
        Assert.Equal((original - 0.5) / 2, 2 * BalancedAccuracy.Chance(enough).StandardError, 12);
    }

    [Fact]
    public void One_class_alone_is_refused_with_what_to_do()
    {
        Assert.Contains("two classes", Assert.Throws<DataFormatException>(
            () => BalancedAccuracy.Of([3, 1], [3, 3])).Remedy, StringComparison.Ordinal);
        Assert.Throws<DataFormatException>(() => BalancedAccuracy.Chance([3, 3]));
    }
}
