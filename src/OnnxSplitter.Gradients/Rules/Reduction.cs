using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// Over which axes an op reduces its input; they are an attribute or an input, depending on the opset.
/// </summary>
/// <param name="Dims">The input's shape.</param>
/// <param name="Axes">Counted from the front; none for an op that leaves its input alone.</param>
internal sealed record Reduction(long[] Dims, long[] Axes)
{
    public static Reduction Of(RuleContext c)
    {
        var dims = c.InputDims(0);
        var axes = (c.Axes(1) ?? []).Select(axis => RuleContext.Axis(axis, dims.Length)).ToArray();
        var nothing = axes.Length == 0 && c.Node.Int("noop_with_empty_axes", 0) != 0;
        return new Reduction(dims, axes.Length > 0 || nothing ? axes : RuleContext.AxisRange(0, dims.Length));
    }

    /// <summary>Over all axes behind images and channels.</summary>
    public static Reduction Spatial(RuleContext c) =>
        new(c.InputDims(0), RuleContext.AxisRange(2, c.InputDims(0).Length));

    /// <summary>Number of elements that become one.</summary>
    public long Count => Axes.Aggregate(1L, (product, axis) => product * Dims[axis]);

    /// <summary>A value of the output's elements, with the axes back in place, of size 1.</summary>
    public string Kept(GraphBuilder g, string value)
    {
        var kept = Dims.ToArray();
        foreach (var axis in Axes) kept[axis] = 1;
        return g.Reshape(value, kept);
    }
}
