using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// The sliding window of a convolution or a pooling over R spatial axes, with automatic padding worked out from the
/// shapes (ONNX Conv-11, MaxPool-12, AveragePool-19).
/// </summary>
internal sealed record WindowGeometry(long[] Input, long[] Output, long[] Kernel, long[] Strides, long[] Dilations,
    long[] Begin)
{
    /// <summary>Number of spatial axes.</summary>
    public int Rank => Kernel.Length;

    /// <summary>Extent of the dilated window.</summary>
    public long Extent(int axis) => Dilations[axis] * (Kernel[axis] - 1) + 1;

    /// <summary>
    /// Padding after the input that the windows really reach; negative where the last columns are never looked at.
    /// </summary>
    public long End(int axis) =>
        (Output[axis] - 1) * Strides[axis] + Extent(axis) - Input[axis] - Begin[axis];

    /// <summary>All offsets within the window, row by row.</summary>
    public IEnumerable<long[]> Offsets()
    {
        var offset = new long[Rank];
        while (true)
        {
            yield return [.. offset];
            var axis = Rank - 1;
            while (axis >= 0 && ++offset[axis] == Kernel[axis]) offset[axis--] = 0;
            if (axis < 0) yield break;
        }
    }

    public static WindowGeometry Of(RuleContext c, long[] kernel)
    {
        var rank = kernel.Length;
        var input = c.InputDims(0)[2..];
        var output = c.OutputDims()[2..];
        var strides = c.Node.Ints("strides") ?? Ones(rank);
        var dilations = c.Node.Ints("dilations") ?? Ones(rank);
        var begin = c.Node.Ints("pads")?[..rank] ?? new long[rank];
        var automatic = c.Node.Text("auto_pad", "NOTSET");
        if (automatic is not ("NOTSET" or "VALID" or "SAME_UPPER" or "SAME_LOWER"))
            throw c.Unsupported($"auto_pad '{automatic}' is unknown");
        for (var axis = 0; axis < rank && automatic.StartsWith("SAME", StringComparison.Ordinal); axis++)
        {
            var extent = dilations[axis] * (kernel[axis] - 1) + 1;
            var total = Math.Max(0, (output[axis] - 1) * strides[axis] + extent - input[axis]);
            begin[axis] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
        }

        return new WindowGeometry(input, output, kernel, strides, dilations, begin);
    }

    /// <summary>
    /// Pads or crops the spatial axes (which follow <paramref name="firstAxis"/>) to what the windows reach.
    /// </summary>
    public string PadInput(GraphBuilder g, string x, int rankOfX, int firstAxis)
    {
        var pads = new long[2 * rankOfX];
        for (var axis = 0; axis < Rank; axis++)
        {
            pads[firstAxis + axis] = Begin[axis];
            pads[rankOfX + firstAxis + axis] = End(axis);
        }

        return g.Pad(x, pads);
    }

    /// <summary>The input elements that one offset of the window meets, of a padded input.</summary>
    public string Shift(GraphBuilder g, string padded, long[] offset, int firstAxis)
    {
        var starts = new long[Rank];
        var ends = new long[Rank];
        for (var axis = 0; axis < Rank; axis++)
        {
            starts[axis] = offset[axis] * Dilations[axis];
            ends[axis] = starts[axis] + (Output[axis] - 1) * Strides[axis] + 1;
        }

        return g.Slice(padded, starts, ends, RuleContext.AxisRange(firstAxis, firstAxis + Rank), Strides);
    }

    private static long[] Ones(int rank) => [.. Enumerable.Repeat(1L, rank)];
}
