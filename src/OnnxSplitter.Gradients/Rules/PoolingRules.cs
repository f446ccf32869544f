using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>MaxPool, AveragePool and their global forms.</summary>
internal static class PoolingRules
{
    public static Partial?[] GlobalAveragePool(RuleContext c)
    {
        var g = c.Graph;
        var dims = c.InputDims(0);
        var area = dims[2..].Aggregate(1L, (product, size) => product * size);
        return [g.Expand(g.Mul(c.Gradient, g.Scalar(1f / area)), dims)];
    }

    /// <summary>
    /// Spreads each output's share evenly over its window: a transposed convolution, channel by channel, with a window
    /// of ones. The count of a window is that of the real elements it covers, or of padding too if so asked.
    /// </summary>
    public static Partial?[] AveragePool(RuleContext c)
    {
        var g = c.Graph;
        var kernel = c.Node.Ints("kernel_shape") ?? throw c.Unsupported("kernel_shape is missing");
        var w = WindowGeometry.Of(c, kernel);
        var dims = c.InputDims(0);
        var share = g.Mul(c.Gradient, g.Floats(Shares(c, w), [1, 1, .. w.Output]));

        // Images and channels become one axis, so that one window of ones serves all.
        var flat = g.Reshape(share, [dims[0] * dims[1], 1, .. w.Output]);
        var ones = g.Floats([.. Enumerable.Repeat(1f, (int)kernel.Aggregate(1L, (p, k) => p * k))], [1, 1, .. kernel]);
        var spread = g.Op("ConvTranspose", [flat, ones], ("strides", w.Strides), ("dilations", w.Dilations));
        var crop = new long[2 * (w.Rank + 2)];
        for (var axis = 0; axis < w.Rank; axis++)
        {
            crop[2 + axis] = -w.Begin[axis];
            crop[w.Rank + 4 + axis] = -w.End(axis);
        }

        return [g.Reshape(g.Pad(spread, crop), dims)];
    }

    /// <summary>
    /// Sends each gradient to the element that was the maximum. Windows that overlap are taken in turns, so that within
    /// a turn no element is met twice and ScatterElements needs no reduction (which came with opset 16).
    /// </summary>
    public static Partial?[] MaxPool(RuleContext c)
    {
        var g = c.Graph;
        if (c.Node.Int("storage_order", 0) != 0) throw c.Unsupported("storage_order 1 is not supported");
        var kernel = c.Node.Ints("kernel_shape") ?? throw c.Unsupported("kernel_shape is missing");
        var w = WindowGeometry.Of(c, kernel);
        c.EnsureOutput(1, "Indices");
        var dims = c.InputDims(0);
        var turns = Enumerable.Range(0, w.Rank)
            .Select(a => Math.Min(w.Output[a], (w.Extent(a) + w.Strides[a] - 1) / w.Strides[a])).ToArray();

        string? sum = null;
        foreach (var turn in new WindowGeometry([], [], turns, [], [], []).Offsets())
        {
            var part = g.Op("ScatterElements",
                [g.Zeros(dims.Aggregate(1L, (p, d) => p * d)), Every(c.Output(1)), Every(c.Gradient)], ("axis", 0L));
            sum = sum is null ? part : g.Add(sum, part);

            string Every(string value)
            {
                var axes = RuleContext.AxisRange(2, w.Rank + 2);
                var slice = turns.All(t => t == 1) ? value : g.Slice(value, turn, w.Output, axes, turns);
                return g.Reshape(slice, -1);
            }
        }

        return [g.Reshape(sum!, dims)];
    }

    /// <summary>
    /// Each value takes the gradient of the place that it was put to, counted over all images and channels.
    /// </summary>
    public static Partial?[] MaxUnpool(RuleContext c)
    {
        var g = c.Graph;
        if (c.HasInput(2)) throw c.Unsupported("output_shape is not supported");
        return [g.Op("Gather", [g.Reshape(c.Gradient, -1), c.Input(1)], ("axis", 0L))];
    }

    private static float[] Shares(RuleContext c, WindowGeometry w)
    {
        var withPadding = c.Node.Int("count_include_pad", 0) != 0;
        var pads = c.Node.Ints("pads") ?? new long[2 * w.Rank];
        var shares = new List<float>();
        foreach (var position in new WindowGeometry([], [], w.Output, [], [], []).Offsets())
        {
            var count = w.Offsets().Count(offset => Enumerable.Range(0, w.Rank).All(axis =>
            {
                var at = position[axis] * w.Strides[axis] - w.Begin[axis] + offset[axis] * w.Dilations[axis];

                // Under ceil_mode a window may hang over the padding's end too; what lies there never counts.
                var end = withPadding
                    ? w.Input[axis] + Math.Max(pads[w.Rank + axis], AutomaticEnd(c, w, axis))
                    : w.Input[axis];
                return at < end && (withPadding || at >= 0);
            }));
            shares.Add(1f / count);
        }

        return [.. shares];
    }

    private static long AutomaticEnd(RuleContext c, WindowGeometry w, int axis) =>
        c.Node.Text("auto_pad", "NOTSET").StartsWith("SAME", StringComparison.Ordinal) ? w.End(axis) : 0;
}
