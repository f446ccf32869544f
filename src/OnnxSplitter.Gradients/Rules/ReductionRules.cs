using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>ReduceSum and ReduceMean; axes are an attribute or an input, depending on the opset.</summary>
internal static class ReductionRules
{
    public static Partial?[] Sum(RuleContext c) => [Spread(c, mean: false)];

    public static Partial?[] Mean(RuleContext c) => [Spread(c, mean: true)];

    private static string Spread(RuleContext c, bool mean)
    {
        var g = c.Graph;
        var dims = c.InputDims(0);
        var axes = (c.Axes(1) ?? []).Select(axis => RuleContext.Axis(axis, dims.Length)).ToArray();
        if (axes.Length == 0)
        {
            if (c.Node.Int("noop_with_empty_axes", 0) != 0) return c.Gradient;
            axes = [.. Enumerable.Range(0, dims.Length).Select(axis => (long)axis)];
        }

        var kept = dims.ToArray();
        foreach (var axis in axes) kept[axis] = 1;
        var count = axes.Aggregate(1L, (product, axis) => product * dims[axis]);
        var gradient = mean ? g.Mul(c.Gradient, g.Scalar(1f / count)) : c.Gradient;
        return g.Expand(g.Reshape(gradient, kept), dims);
    }
}
