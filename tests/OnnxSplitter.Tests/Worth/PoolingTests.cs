using OnnxSplitter.Worth.Cuts;

namespace OnnxSplitter.Tests.Worth;

public sealed class PoolingTests
{
    [Theory]
    [InlineData(0, 10L)]
    [InlineData(1, 50L, 64L)]
    [InlineData(0, 16L, 28L, 28L)]
    [InlineData(2, 28L, 28L, 16L)]
    [InlineData(0, 3L, 48L, 320L)]
    [InlineData(2, 48L, 320L, 3L)]
    [InlineData(0, 7L, 7L, 7L)]
    public void Channels_lie_on_the_axis_that_is_no_position(int axis, params long[] dims) =>
        Assert.Equal(axis, Pooling.ChannelAxis(dims));

    [Fact]
    public void Of_a_matrix_both_axes_are_read() => Assert.Equal([0, 1], Pooling.ReadAxes([50, 64]));

    [Theory]
    [InlineData(0, 2.0, 5.0)]
    [InlineData(1, 2.5, 3.5, 4.5)]
    public void A_mean_is_over_all_other_axes(int axis, params double[] expected)
    {
        var pooled = new double[expected.Length];

        Pooling.Mean([1, 2, 3, 4, 5, 6], [2, 3], axis, pooled);

        Assert.Equal(expected, pooled);
    }
}
