using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>Conv over any number of spatial axes, with groups, strides, dilations and padding (ONNX Conv-11).</summary>
/// <remarks>X [N, C, ...], W [M, C/group, ...], Y [N, M, ...].</remarks>
internal static class ConvolutionRules
{
    public static Partial?[] Conv(RuleContext c)
    {
        var window = WindowGeometry.Of(c, c.InputDims(1)[2..]);
        var group = c.Node.Int("group", 1);
        return
        [
            c.Wants(0) ? InputGradient(c, window, group) : null,
            c.Wants(1) ? WeightGradient(c, window, group) : null,
            c.Wants(2)
                ? c.Graph.ReduceSum(c.Gradient, [0, .. RuleContext.AxisRange(2, window.Rank + 2)], keepDims: false)
                : null,
        ];
    }

    /// <summary>
    /// The transposed convolution of the gradient. With stride 1 it is itself a Conv, with the window turned round and
    /// channels exchanged, which runs faster than ConvTranspose.
    /// </summary>
    private static string InputGradient(RuleContext c, WindowGeometry w, long group)
    {
        var g = c.Graph;
        var axes = Enumerable.Range(0, w.Rank).ToArray();
        var begin = axes.Select(a => w.Extent(a) - 1 - w.Begin[a]).ToArray();
        var end = axes.Select(a => w.Extent(a) - 1 - w.End(a)).ToArray();
        if (w.Strides.All(stride => stride == 1) && begin.Concat(end).All(pad => pad >= 0))
        {
            return g.Op("Conv", [c.Gradient, TurnedWeights.Of(g, c.Input(1), c.InputDims(1), group)],
                ("pads", (long[])[.. begin, .. end]), ("dilations", w.Dilations), ("group", group));
        }

        // Full size first, then cropped to what lay inside the input: right for every padding.
        var full = g.Op("ConvTranspose", [c.Gradient, c.Input(1)],
            ("strides", w.Strides), ("dilations", w.Dilations), ("group", group));
        var crop = new long[2 * (w.Rank + 2)];
        foreach (var a in axes)
        {
            crop[2 + a] = -w.Begin[a];
            crop[w.Rank + 4 + a] = -w.End(a);
        }

        return g.Pad(full, crop);
    }

    private static string WeightGradient(RuleContext c, WindowGeometry w, long group)
    {
        var g = c.Graph;
        var dims = c.InputDims(1);
        if (dims[1] != 1 || dims[0] != group) return new CorrelationSplit(c, w, group).Append(c.Input(0), c.Gradient);

        // Depthwise: each channel meets itself alone, so products and sums do, without matrices. Channels come last, so
        // that a shift is a run of memory.
        var last = (long[])[0, .. RuleContext.AxisRange(2, w.Rank + 2), 1];
        var padded = w.PadInput(g, g.Transpose(c.Input(0), last), w.Rank + 2, firstAxis: 1);
        var own = g.Transpose(c.Gradient, last);
        var sums = w.Offsets().Select(offset => g.Reshape(g.ReduceSum(
            g.Mul(own, w.Shift(g, padded, offset, firstAxis: 1)), RuleContext.AxisRange(0, w.Rank + 1),
            keepDims: false),
            dims[0], 1)).ToArray();
        return g.Reshape(sums.Length == 1 ? sums[0] : g.Op("Concat", sums, ("axis", 1L)), dims);
    }
}
