using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Tests.Protection;

public sealed class ValueHistogramTests
{
    [Theory]
    [InlineData(ValueHistogram.Withheld - 1, false)]
    [InlineData(ValueHistogram.Withheld, true)]
    public void Few_changes_are_withheld_and_many_are_shown(int changes, bool shown)
    {
        var values = Enumerable.Range(0, 400).Select(i => i / 100f - 2).ToArray();
        var original = values.ToArray();
        for (var i = 0; i < changes; i++) values[i] = -values[i];

        var histogram = ValueHistogram.Of(values, Enumerable.Range(0, changes).Select(i => (original[i], values[i])))!;

        Assert.Equal(20, histogram.Obfuscated.Count);
        Assert.Equal(400, histogram.Obfuscated.Sum());
        Assert.Equal(shown, !histogram.Original.SequenceEqual(histogram.Obfuscated));
        if (shown) Assert.Equal(changes, histogram.Original[0] - histogram.Obfuscated[0]);
        Assert.Equal(values.Min(), histogram.Low, 1e-6);
        Assert.Equal(values.Max(), histogram.High, 1e-6);
    }

    [Fact]
    public void Values_that_are_no_numbers_are_left_out()
    {
        var histogram = ValueHistogram.Of([float.NaN, 1, float.PositiveInfinity, 3], [(float.NaN, 1)])!;

        Assert.Equal((1, 3, 2), (histogram.Low, histogram.High, histogram.Obfuscated.Sum()));
        Assert.Null(ValueHistogram.Of([float.NaN], []));
    }

    [Fact]
    public void Equal_values_share_a_bin() =>
        Assert.Equal(5, ValueHistogram.Of([2, 2, 2, 2, 2], [])!.Obfuscated.Max());
}
