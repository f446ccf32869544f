using System.Numerics.Tensors;

namespace OnnxSplitter.Worth.Cuts;

/// <summary>Means over positions: [batch, ...] becomes [batch, channels].</summary>
internal static class Pooling
{
    /// <summary>Which axis of an example's shape holds channels: the rest are positions.</summary>
    /// <remarks>
    /// The first where the last two are equal (an image by channels), the last where the first two are; else the
    /// shortest of three or more, and the last of two.
    /// </remarks>
    /// <param name="dims">Shape of one example.</param>
    public static int ChannelAxis(ReadOnlySpan<long> dims)
    {
        if (dims.Length < 3) return dims.Length - 1;
        if (dims[^1] == dims[^2]) return 0;
        if (dims[0] == dims[1]) return dims.Length - 1;
        var least = 0;
        for (var axis = 1; axis < dims.Length; axis++)
            if (dims[axis] <= dims[least]) least = axis;
        return least;
    }

    /// <summary>Which axes of a place inside a network are read: of a matrix both, either may be channels.</summary>
    /// <param name="dims">Shape of one example.</param>
    public static int[] ReadAxes(ReadOnlySpan<long> dims) => dims.Length == 2 ? [0, 1] : [ChannelAxis(dims)];

    /// <summary>Pools one example.</summary>
    /// <param name="values">Row by row.</param>
    /// <param name="dims">Their shape.</param>
    /// <param name="axis">The axis that stays.</param>
    /// <param name="pooled">One value for each of its places; zeros at first.</param>
    public static void Mean(ReadOnlySpan<float> values, ReadOnlySpan<long> dims, int axis, Span<double> pooled)
    {
        var inner = 1;
        for (var i = axis + 1; i < dims.Length; i++) inner *= (int)dims[i];
        var channels = (int)dims[axis];
        var outer = values.Length / inner / channels;
        for (var o = 0; o < outer; o++)
            for (var channel = 0; channel < channels; channel++)
            {
                var part = values.Slice((o * channels + channel) * inner, inner);
                pooled[channel] += (double)TensorPrimitives.Sum(part) / inner / outer;
            }
    }
}
