using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>Ops that repeat, surround, cut out or rearrange values.</summary>
internal static class ArrangementRules
{
    /// <summary>Constant padding, also negative; axes may be chosen since opset 18.</summary>
    public static Partial?[] Pad(RuleContext c)
    {
        if (c.Node.Text("mode", "constant") != "constant") throw c.Unsupported("only constant padding is supported");
        if (c.Wants(2)) throw c.Unsupported("the padding's value depends on a weight");
        var rank = c.InputDims(0).Length;
        var given = c.InputInts(1);
        var axes = c.HasInput(3) ? c.InputInts(3) : RuleContext.AxisRange(0, rank);
        var pads = new long[2 * rank];
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = RuleContext.Axis(axes[i], rank);
            (pads[axis], pads[rank + axis]) = (-given[i], -given[axes.Length + i]);
        }

        return [c.Graph.Pad(c.Gradient, pads)];
    }

    /// <summary>Sums over the repetitions, each of which becomes an axis of its own.</summary>
    public static Partial?[] Tile(RuleContext c)
    {
        var dims = c.InputDims(0);
        if (dims.Length == 0) return [c.Gradient];
        var apart = c.InputInts(1).Zip(dims, (repeats, size) => (long[])[repeats, size]).SelectMany(pair => pair);
        var repeated = dims.Select((_, axis) => 2L * axis).ToArray();
        return [c.Graph.ReduceSum(c.Graph.Reshape(c.Gradient, [.. apart]), repeated, keepDims: false)];
    }

    /// <summary>
    /// [N, C, H, W]: depth of each block of C goes to space, first (DCR) or last (CRD) in the channel's number.
    /// </summary>
    public static Partial?[] DepthToSpace(RuleContext c)
    {
        var g = c.Graph;
        var (x, block) = (c.InputDims(0), c.Node.Int("blocksize", 1));
        var apart = g.Reshape(c.Gradient, x[0], x[1] / (block * block), x[2], block, x[3], block);
        long[] order = c.Node.Text("mode", "DCR") == "DCR" ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4];
        return [g.Reshape(g.Transpose(apart, order), x)];
    }

    public static Partial?[] SpaceToDepth(RuleContext c)
    {
        var g = c.Graph;
        var (x, block) = (c.InputDims(0), c.Node.Int("blocksize", 1));
        var apart = g.Reshape(c.Gradient, x[0], block, block, x[1], x[2] / block, x[3] / block);
        return [g.Reshape(g.Transpose(apart, 0, 3, 4, 1, 5, 2), x)];
    }

    /// <summary>What was kept passes, what was set to zero does not: the same triangle again.</summary>
    public static Partial?[] Trilu(RuleContext c)
    {
        string[] inputs = c.HasInput(1) ? [c.Gradient, c.Input(1)] : [c.Gradient];
        return [c.Graph.Op("Trilu", inputs, ("upper", c.Node.Int("upper", 1)))];
    }

    /// <summary>Turning the same steps round once more brings them back.</summary>
    public static Partial?[] ReverseSequence(RuleContext c) =>
        [c.Graph.Copy("ReverseSequence", [c.Gradient, c.Input(1)], c.Node, ["batch_axis", "time_axis"])];

    /// <summary>
    /// What was cut off gets zeros, what was added is cut off; of an odd number the smaller half is in front.
    /// </summary>
    public static Partial?[] CenterCropPad(RuleContext c)
    {
        var (from, to) = (c.InputDims(0), c.OutputDims());
        var before = from.Zip(to, (x, y) => Math.Abs(x - y) / 2 * Math.Sign(x - y)).ToArray();
        return [c.Graph.Pad(c.Gradient, [.. before, .. from.Select((x, axis) => x - to[axis] - before[axis])])];
    }

    /// <summary>An element counts in its own sum and all later ones: the sum from the other end.</summary>
    public static Partial?[] CumSum(RuleContext c) =>
    [
        c.Graph.Op("CumSum", [c.Gradient, c.Input(1)], ("exclusive", c.Node.Int("exclusive", 0)),
            ("reverse", 1 - c.Node.Int("reverse", 0))),
    ];
}
