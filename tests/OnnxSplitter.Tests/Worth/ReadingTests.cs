using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Tests.Worth;

public sealed class ReadingTests
{
    [Theory]
    [InlineData(0.5, 0.1, 0.9, 0.5)]
    [InlineData(0.05, 0.1, 0.9, 0)]
    [InlineData(0.95, 0.1, 0.9, 1)]
    [InlineData(0.95, 0.9, 0.9, 0)]
    [InlineData(0.95, 0.9, 0.5, 0)]
    [InlineData(0.9999999995, 0.9999999768, 1, 0)]
    public void Worth_is_what_is_gained_of_what_the_original_would_give_and_no_less_than_nothing(
        double value, double control, double original, double worth) =>
        Assert.Equal(worth, new Reading("any", 0, value, control, original).Worth, 12);

    [Theory]
    [InlineData(0.1, 0.9, 0.025)]
    [InlineData(0.9, 0.9, 0)]
    public void Its_error_is_that_of_the_value_on_the_same_scale(double control, double original, double error) =>
        Assert.Equal(error, new Reading("any", 0, 0.2, control, original, StandardError: 0.02).WorthError, 12);

    [Fact]
    public void Of_several_readings_the_best_counts_with_labels_and_without()
    {
        var output = new OutputWorth("scores",
            [new("a", 0, 0.2, 0, 1), new("b", 0, 0.1, 0, 1), new("c", 64, 0.3, 0, 1), new("c", 200, 0.4, 0.3, 1)]);
        var left = new WorthLeft(
            [output, new("boxes", [new("a", 0, 0.6, 0, 1)])], [new("place 1 of 1", 64, 0.7, 0, 1)]);

        Assert.Equal((0.2, 0.3, 0.3), (output.Unlabelled, output.Labelled, output.Worth));
        Assert.Equal((0.6, 0.3, 0.6, 0.7), (left.Unlabelled, left.Labelled, left.OfOutputs, left.OfInner));
        Assert.Equal(0.3, left.Of(["scores"]).OfOutputs);
    }
}
