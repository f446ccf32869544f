namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// Ops that pick a largest or smallest value. Values that are equally large share the gradient evenly.
/// </summary>
internal static class ExtremeRules
{
    /// <summary>Max and Min of any number of inputs, with broadcasting.</summary>
    public static Partial?[] Elementwise(RuleContext c)
    {
        var g = c.Graph;
        var picked = Enumerable.Range(0, c.InputCount).Select(i => Picked(c, c.Input(i), c.Output())).ToArray();
        var share = g.Div(c.Gradient, picked.Length == 1 ? picked[0] : g.Op("Sum", picked));
        return [.. picked.Select((chosen, i) => (Partial?)(c.Wants(i) ? g.Mul(share, chosen) : null))];
    }

    /// <summary>ReduceMax and ReduceMin.</summary>
    public static Partial?[] Reduced(RuleContext c)
    {
        var reduction = Reduction.Of(c);
        return reduction.Axes.Length == 0 ? [c.Gradient] : [Share(c, reduction)];
    }

    /// <summary>GlobalMaxPool: over all axes but the first two.</summary>
    public static Partial?[] GlobalMaxPool(RuleContext c) => [Share(c, Reduction.Spatial(c))];

    private static string Share(RuleContext c, Reduction reduction)
    {
        var g = c.Graph;
        var picked = Picked(c, c.Input(0), reduction.Kept(g, c.Output()));
        var count = g.ReduceSum(picked, reduction.Axes, keepDims: true);
        return g.Mul(picked, g.Div(reduction.Kept(g, c.Gradient), count));
    }

    private static string Picked(RuleContext c, string value, string extreme) =>
        c.Graph.Op("Cast", [c.Graph.Op("Equal", [value, extreme])], ("to", (long)c.InputType(0)));
}
