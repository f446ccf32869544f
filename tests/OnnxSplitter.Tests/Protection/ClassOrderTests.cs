using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Data;

namespace OnnxSplitter.Tests.Protection;

/// <summary>Samples and parts of data, whatever order it comes in.</summary>
public sealed class ClassOrderTests
{
    [Fact]
    public void The_first_examples_of_sorted_data_hold_all_classes()
    {
        var mixed = Examples([.. Enumerable.Range(0, 300).Select(i => i / 30)]).Mixed();

        Assert.All(Enumerable.Range(0, 30), turn =>
            Assert.Equal(10, mixed.Labels!.Skip(turn * 10).Take(10).Distinct().Count()));
        AssertWhole(mixed, 300);
    }

    [Fact]
    public void A_rare_class_is_among_the_first_examples() =>
        Assert.Equal(10, Examples([.. Enumerable.Range(0, 1000).Select(i => i >= 990 ? 1 : 0)]).Mixed()
            .Labels!.Take(64).Count(label => label == 1));

    [Theory]
    [InlineData(990, 10)]
    [InlineData(9, 2)]
    [InlineData(300, 300)]
    public void A_third_of_every_class_is_set_aside(int many, int few)
    {
        var (larger, smaller) = Examples([.. Enumerable.Repeat(4, many), .. Enumerable.Repeat(2, few)]).Split("data");

        Assert.Equal((many + few, 0), (larger.Count + smaller.Count, Rows(larger).Intersect(Rows(smaller)).Count()));
        foreach (var (label, count) in new[] { (4, many), (2, few) })
            Assert.Equal((count + 1) / 3, smaller.Labels!.Count(other => other == label));
    }

    [Fact]
    public void Without_labels_parts_and_samples_are_of_all_of_the_data()
    {
        var (larger, smaller) = Examples(null, 300).Split("data");

        Assert.Equal((200, 100), (larger.Count, smaller.Count));
        Assert.InRange(Rows(smaller).Average(), 120, 180);
        Assert.InRange(Rows(larger.Mixed()).Take(60).Average(), 110, 190);
    }

    [Fact]
    public void What_can_t_be_in_two_parts_is_refused()
    {
        Assert.Contains("3 are the least", Assert.Throws<DataFormatException>(
            () => Examples([0, 1]).Split("data")).Message, StringComparison.Ordinal);
        Assert.Contains("one example of each class", Assert.Throws<DataFormatException>(
            () => Examples([0, 1, 2]).Split("data")).Message, StringComparison.Ordinal);
    }

    private static void AssertWhole(Dataset data, int count) =>
        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), Rows(data).Order());

    private static long[] Rows(Dataset data) => data.Inputs["x"].As<long>().ToArray();

    private static Dataset Examples(int[]? labels, int count = 0) => new(
        new Dictionary<string, NumpyArray>(StringComparer.Ordinal)
        {
            ["x"] = new(TensorElementType.Int64, [labels?.Length ?? count], NumpyFile.Bytes(
                Enumerable.Range(0, labels?.Length ?? count).Select(i => (long)i).ToArray())),
        },
        labels);
}
