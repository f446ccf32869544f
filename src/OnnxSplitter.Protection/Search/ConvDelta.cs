using Onnx;

namespace OnnxSplitter.Protection.Search;

/// <summary>Two-dimensional convolution; one-dimensional ones count as height 1.</summary>
internal sealed class ConvDelta : OutputDelta
{
    private readonly int[] _kernel;
    private readonly int[] _strides;
    private readonly int[] _dilations;
    private readonly int[] _pads;
    private readonly int _groupInputs;
    private readonly int _groupOutputs;

    private ConvDelta(NodeProto node, IReadOnlyList<long> dims)
    {
        var rank = dims.Count - 2;
        _kernel = Plane(dims.Skip(2), 1);
        _strides = Plane(Ints("strides") ?? [.. Enumerable.Repeat(1L, rank)], 1);
        _dilations = Plane(Ints("dilations") ?? [.. Enumerable.Repeat(1L, rank)], 1);
        _pads = Plane((Ints("pads") ?? new long[2 * rank])[..rank], 0);
        _groupInputs = (int)dims[1];
        _groupOutputs = (int)(dims[0] / (node.Attribute.FirstOrDefault(a => a.Name == "group")?.I ?? 1));

        long[]? Ints(string name) => node.Attribute.FirstOrDefault(a => a.Name == name) is { } a ? [.. a.Ints] : null;
    }

    public static ConvDelta? For(NodeProto node, IReadOnlyList<long> dims)
    {
        var padding = node.Attribute.FirstOrDefault(a => a.Name == "auto_pad")?.S.ToStringUtf8() ?? "NOTSET";
        return dims.Count is 3 or 4 && padding is "NOTSET" or "VALID"
            ? new ConvDelta(node, dims) { Input = node.Input[0], Output = node.Output[0] }
            : null;
    }

    protected override (int, int, int) Layout(long[] outputDims) =>
        ((int)outputDims[0], (int)outputDims[1], (int)outputDims.Skip(2).Aggregate(1L, (p, d) => p * d));

    protected override int Channel(long index) => (int)(index / (_groupInputs * _kernel[0] * _kernel[1]));

    protected override void Add(
        ReadOnlySpan<float> x, long[] xDims, Span<float> y, long[] yDims, long index, float difference)
    {
        var (window, rest) = (_kernel[0] * _kernel[1], (int)index);
        var (row, column) = (rest % window / _kernel[1], rest % _kernel[1]);
        var output = rest / window / _groupInputs;
        var input = output / _groupOutputs * _groupInputs + rest / window % _groupInputs;
        var (inSize, outSize) = (Plane(xDims.Skip(2), 1), Plane(yDims.Skip(2), 1));
        for (var image = 0; image < (int)yDims[0]; image++)
        {
            var from = x.Slice((image * (int)xDims[1] + input) * inSize[0] * inSize[1], inSize[0] * inSize[1]);
            var to = y.Slice((image * (int)yDims[1] + output) * outSize[0] * outSize[1], outSize[0] * outSize[1]);
            for (var i = 0; i < outSize[0]; i++)
            {
                var at = i * _strides[0] - _pads[0] + row * _dilations[0];
                if ((uint)at >= (uint)inSize[0]) continue;
                for (var j = 0; j < outSize[1]; j++)
                {
                    var across = j * _strides[1] - _pads[1] + column * _dilations[1];
                    if ((uint)across < (uint)inSize[1])
                        to[i * outSize[1] + j] += difference * from[at * inSize[1] + across];
                }
            }
        }
    }

    private static int[] Plane(IEnumerable<long> values, int missing)
    {
        var list = values.Select(value => (int)value).ToList();
        if (list.Count == 1) list.Insert(0, missing);
        return [.. list];
    }
}
