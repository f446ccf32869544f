using Onnx;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Protection.Moves;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// What one changed weight of a linear op adds to the op's output: op(x, W + d) = op(x, W) + op(x, d), and d has one
/// element, so one output channel gets one input channel, shifted and scaled, or for a bias a constant. No part of the
/// op itself is run.
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
    /// <param name="node">The op.</param>
    /// <param name="weightDims">Shape of the constant.</param>
    /// <param name="weightInput">Index of the op's input that it is.</param>
    /// <param name="outputDims">
    /// Shape of the op's output; the first axis may have another length when it is used.
    /// </param>
    public static OutputDelta? For(
        NodeProto node, IReadOnlyList<long> weightDims, int weightInput, long[] outputDims) =>
        (OperatorTable.Find(node)?.Linear, weightInput) switch
        {
            (LinearForm.Convolution, 1) => ConvDelta.For(node, weightDims),
            (LinearForm.Convolution, 2) => BiasDelta.For(
                node, [weightDims[0], .. Enumerable.Repeat(1L, outputDims.Length - 2)], outputDims, factor: 1, data: 0),
            (LinearForm.MatrixProduct, 1) => MatrixDelta.For(node, weightDims),
            (LinearForm.MatrixProduct, 2) => BiasDelta.For(
                node, weightDims, outputDims, node.Attribute.FirstOrDefault(a => a.Name == "beta")?.F ?? 1, data: 0),
            (LinearForm.Sum, _) => BiasDelta.For(node, weightDims, outputDims, factor: 1, data: 1 - weightInput),
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
        IReadOnlyList<NewValue> weights, IWeightSource present)
    {
        foreach (var weight in weights)
            Add(x, xDims, y, yDims, weight.Index, weight.Value - present[weight.Index]);
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
