using Onnx;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// What one changed weight of a Conv, MatMul or Gemm adds to the op's output: op(x, W + d) = op(x, W) + op(x, d), and d
/// has one element, so one output channel gets one input channel, shifted and scaled. No part of the op itself is run.
/// </summary>
internal abstract class OutputDelta
{
    /// <summary>The op's first input and its output.</summary>
    public required string Input { get; init; }

    public required string Output { get; init; }

    /// <summary>Output channels; the output is [outer, channels, inner].</summary>
    protected abstract (int Outer, int Channels, int Inner) Layout(long[] outputDims);

    /// <summary>The output channel that a weight feeds.</summary>
    protected abstract int Channel(long index);

    protected abstract void Add(
        ReadOnlySpan<float> x, long[] xDims, Span<float> y, long[] yDims, long index, float difference);

    /// <summary>A form for this op, or null where it has none (other ranks, automatic padding).</summary>
    public static OutputDelta? For(NodeProto node, IReadOnlyList<long> weightDims, int weightInput) => node.OpType switch
    {
        "Conv" when weightInput == 1 => ConvDelta.For(node, weightDims),
        "MatMul" when weightInput == 1 && weightDims.Count == 2 =>
            new MatrixDelta(weightDims, transposed: false, factor: 1) { Input = node.Input[0], Output = node.Output[0] },
        "Gemm" when weightInput == 1 && !node.Attribute.Any(a => a.Name == "transA" && a.I != 0) =>
            new MatrixDelta(weightDims, node.Attribute.Any(a => a.Name == "transB" && a.I != 0),
                node.Attribute.FirstOrDefault(a => a.Name == "alpha")?.F ?? 1)
            {
                Input = node.Input[0],
                Output = node.Output[0],
            },
        _ => null,
    };

    /// <summary>Copies the channels that some weights feed, to be put back with <see cref="Restore"/>.</summary>
    public float[] Save(ReadOnlySpan<float> y, long[] yDims, IReadOnlyList<NewValue> weights)
    {
        var (outer, channels, inner) = Layout(yDims);
        var saved = new float[weights.Count * outer * inner];
        for (var k = 0; k < weights.Count; k++)
            for (var o = 0; o < outer; o++)
                y.Slice((o * channels + Channel(weights[k].Index)) * inner, inner)
                    .CopyTo(saved.AsSpan((k * outer + o) * inner));
        return saved;
    }

    /// <summary>Adds what the new values change.</summary>
    public void Apply(ReadOnlySpan<float> x, long[] xDims, Span<float> y, long[] yDims,
        IReadOnlyList<NewValue> weights, ReadOnlySpan<float> present)
    {
        foreach (var weight in weights)
            Add(x, xDims, y, yDims, weight.Index, weight.Value - present[(int)weight.Index]);
    }

    /// <summary>Puts saved channels back.</summary>
    public void Restore(Span<float> y, long[] yDims, IReadOnlyList<NewValue> weights, ReadOnlySpan<float> saved)
    {
        var (outer, channels, inner) = Layout(yDims);
        for (var k = 0; k < weights.Count; k++)
            for (var o = 0; o < outer; o++)
                saved.Slice((k * outer + o) * inner, inner)
                    .CopyTo(y[((o * channels + Channel(weights[k].Index)) * inner)..]);
    }
}

/// <summary>y[..., n] += d x[..., k] for weight (k, n), or (n, k) if transposed.</summary>
internal sealed class MatrixDelta(IReadOnlyList<long> dims, bool transposed, float factor) : OutputDelta
{
    private readonly int _columns = (int)dims[1];
    private readonly int _inputs = (int)(transposed ? dims[1] : dims[0]);
    private readonly int _outputs = (int)(transposed ? dims[0] : dims[1]);

    protected override (int, int, int) Layout(long[] outputDims) =>
        ((int)(outputDims.Aggregate(1L, (p, d) => p * d) / _outputs), _outputs, 1);

    protected override int Channel(long index) => (int)(transposed ? index / _columns : index % _columns);

    protected override void Add(
        ReadOnlySpan<float> x, long[] xDims, Span<float> y, long[] yDims, long index, float difference)
    {
        var (row, column) = ((int)(index / _columns), (int)(index % _columns));
        var (from, to) = transposed ? (column, row) : (row, column);
        for (var i = 0; i < y.Length / _outputs; i++) y[i * _outputs + to] += difference * factor * x[i * _inputs + from];
    }
}

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
