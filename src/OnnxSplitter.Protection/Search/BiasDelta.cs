using System.Numerics.Tensors;
using Onnx;

namespace OnnxSplitter.Protection.Search;

/// <summary>An added constant: every place that a value reaches gets the difference.</summary>
internal sealed class BiasDelta : OutputDelta
{
    private readonly int _channels;
    private readonly int _inner;
    private readonly float _factor;

    private BiasDelta(int channels, int inner, float factor) =>
        (_channels, _inner, _factor) = (channels, inner, factor);

    /// <summary>Describes a bias.</summary>
    /// <param name="node">The op.</param>
    /// <param name="dims">
    /// The bias's shape, aligned to the last axes of the output, of length 1 where it is repeated.
    /// </param>
    /// <param name="outputDims">The output's shape.</param>
    /// <param name="factor">What the op multiplies the bias by.</param>
    /// <param name="data">Index of the op's input that is no constant.</param>
    /// <returns>Null where the bias has values along the first axis, or axes that are repeated in between.</returns>
    public static BiasDelta? For(
        NodeProto node, IReadOnlyList<long> dims, long[] outputDims, float factor, int data)
    {
        long[] aligned = [.. Enumerable.Repeat(1L, Math.Max(0, outputDims.Length - dims.Count)), .. dims];
        var first = Array.FindIndex(aligned, dim => dim != 1);
        var last = Array.FindLastIndex(aligned, dim => dim != 1);
        if (aligned.Length != outputDims.Length || first < 1
            || !aligned.AsSpan(first..(last + 1)).SequenceEqual(outputDims.AsSpan(first..(last + 1)))) return null;
        return new BiasDelta(
            (int)Product(outputDims[first..(last + 1)]), (int)Product(outputDims[(last + 1)..]), factor)
        {
            Input = node.Input[data],
            Output = node.Output[0],
        };
    }

    protected override (int, int, int) Layout(long[] outputDims) =>
        ((int)(Product(outputDims) / _channels / _inner), _channels, _inner);

    protected override int Channel(long index) => (int)index;

    protected override void Add(
        ReadOnlySpan<float> x, long[] xDims, Span<float> y, long[] yDims, long index, float difference)
    {
        var step = _channels * _inner;
        for (var start = (int)index * _inner; start < y.Length; start += step)
        {
            var places = y.Slice(start, _inner);
            TensorPrimitives.Add(places, difference * _factor, places);
        }
    }

    private static long Product(long[] dims) => dims.Aggregate(1L, (product, dim) => product * dim);
}
