using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>The root of a window's sum of powers, (sum of |x|^p)^(1/p) (ONNX LpPool-18, GlobalLpPool-2).</summary>
internal static class PoolingDefinitions
{
    public static string?[] Lp(RuleContext c)
    {
        var g = c.Graph;
        if (c.Node.Int("ceil_mode", 0) != 0) throw c.Unsupported("ceil_mode is not supported");
        if (c.Node.Ints("dilations") is { } dilations && dilations.Any(step => step != 1))
            throw c.Unsupported("dilations are not supported");
        var kernel = c.Node.Ints("kernel_shape") ?? throw c.Unsupported("kernel_shape is missing");
        var mean = g.Copy("AveragePool", [Powers(c)], c.Node, ["auto_pad", "kernel_shape", "pads", "strides"],
            ("count_include_pad", 1L));
        return [Root(c, g.Mul(mean, g.Scalar(kernel.Aggregate(1L, (product, size) => product * size))))];
    }

    public static string?[] GlobalLp(RuleContext c) =>
        [Root(c, c.Graph.ReduceSum(Powers(c), RuleContext.AxisRange(2, c.InputDims(0).Length), keepDims: true))];

    private static string Powers(RuleContext c) =>
        c.Graph.Op("Pow", [c.Graph.Op("Abs", [c.Input(0)]), c.Graph.Scalar(c.Node.Int("p", 2))]);

    /// <summary>At 0 the root has no slope: there it is a constant.</summary>
    private static string Root(RuleContext c, string sum)
    {
        var g = c.Graph;
        var nothing = g.Op("Equal", [sum, g.Scalar(0)]);
        var root = g.Op("Pow", [g.Op("Where", [nothing, g.Scalar(1), sum]), g.Scalar(1f / c.Node.Int("p", 2))]);
        return g.Op("Where", [nothing, g.Scalar(0), root]);
    }
}
