using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>Ops that read or write single elements, or slices, by index.</summary>
internal static class ScatterRules
{
    /// <summary>
    /// Adds up at each place what was read from it, how often that was (reductions came with opset 16).
    /// </summary>
    public static Partial?[] GatherElements(RuleContext c) =>
    [
        c.Graph.Op("ScatterElements", [c.Graph.Zeros(c.InputDims(0)), c.Input(1), c.Gradient],
            ("axis", c.Node.Int("axis", 0)), ("reduction", "add")),
    ];

    public static Partial?[] GatherND(RuleContext c)
    {
        var g = c.Graph;
        return [g.Op("ScatterND", [g.Zeros(c.InputDims(0)), WholeIndices(c), c.Gradient], ("reduction", "add"))];
    }

    /// <summary>The data counts where nothing was written over it, an update where it was written.</summary>
    public static Partial?[] ScatterElements(RuleContext c)
    {
        var g = c.Graph;
        var axis = ("axis", (object)c.Node.Int("axis", 0));
        return
        [
            Data(c, zeros => g.Op("ScatterElements", [c.Gradient, c.Input(1), zeros], axis)),
            null,
            c.Wants(2) ? g.Op("GatherElements", [c.Gradient, c.Input(1)], axis) : null,
        ];
    }

    public static Partial?[] ScatterND(RuleContext c)
    {
        var g = c.Graph;
        return
        [
            Data(c, zeros => g.Op("ScatterND", [c.Gradient, c.Input(1), zeros])),
            null,
            c.Wants(2) ? g.Op("GatherND", [c.Gradient, c.Input(1)]) : null,
        ];
    }

    /// <summary>What was kept goes back to its place along the axis, or along all of them as one.</summary>
    public static Partial?[] Compress(RuleContext c)
    {
        var g = c.Graph;
        var dims = c.InputDims(0);
        var kept = g.Transpose(g.Op("NonZero", [c.Input(1)]), 1, 0);
        if (c.Node.Find("axis") is not { } attribute)
            return [g.Reshape(
                g.Op("ScatterND", [g.Zeros(dims.Aggregate(1L, (p, d) => p * d)), kept, c.Gradient]), dims)];
        var axis = (int)RuleContext.Axis(attribute.I, dims.Length);
        long[] first = [axis, .. RuleContext.AxisRange(0, axis), .. RuleContext.AxisRange(axis + 1, dims.Length)];
        long[] back = [.. RuleContext.AxisRange(1, axis + 1), 0, .. RuleContext.AxisRange(axis + 1, dims.Length)];
        var zeros = g.Zeros([.. first.Select(a => dims[a])]);
        return [g.Transpose(g.Op("ScatterND", [zeros, kept, g.Transpose(c.Gradient, first)]), back)];
    }

    /// <summary>
    /// The largest or smallest values go back to where they were found, which is never one place twice.
    /// </summary>
    public static Partial?[] TopK(RuleContext c) =>
    [
        c.Graph.Op("ScatterElements", [c.Graph.Zeros(c.InputDims(0)), c.Output(1), c.Gradient],
            ("axis", c.Node.Int("axis", -1))),
    ];

    /// <summary>Indices that name the batch axes too, [..., rank], as ScatterND wants them.</summary>
    private static string WholeIndices(RuleContext c)
    {
        var g = c.Graph;
        var dims = c.InputDims(1);
        string[] parts =
        [
            .. Enumerable.Range(0, (int)c.Node.Int("batch_dims", 0)).Select(axis =>
            {
                var along = dims.Select((dim, i) => i == axis ? dim : 1).ToArray();
                return g.Expand(g.Count(dims[axis], along), [.. dims[..^1], 1]);
            }),
            c.Input(1),
        ];
        return g.Concat(parts, axis: dims.Length - 1);
    }

    private static Partial? Data(RuleContext c, Func<string, string> clear)
    {
        var reduction = c.Node.Text("reduction", "none");
        if (reduction is not ("none" or "add")) throw c.Unsupported($"reduction '{reduction}' is not supported");
        if (!c.Wants(0)) return null;
        return reduction == "add" ? c.Gradient : clear(c.Graph.Zeros(c.InputDims(2)));
    }
}
