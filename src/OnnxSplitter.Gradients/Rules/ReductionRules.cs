namespace OnnxSplitter.Gradients.Rules;

/// <summary>Sums, means, norms and products over axes.</summary>
internal static class ReductionRules
{
    // A norm of zero has no slope; zero is passed on then, as PyTorch does.
    private const float SmallestNorm = 1e-30f;

    public static Partial?[] Sum(RuleContext c) => Spread(c, (r, gradient) => gradient);

    public static Partial?[] Mean(RuleContext c) =>
        Spread(c, (r, gradient) => c.Graph.Mul(gradient, c.Graph.Scalar(1f / r.Count)));

    public static Partial?[] L1(RuleContext c) =>
        Slope(c, r => c.Graph.Op("Sign", [c.Input(0)]));

    public static Partial?[] L2(RuleContext c)
    {
        var g = c.Graph;
        return Slope(c, r => g.Div(c.Input(0), g.Op("Max", [r.Kept(g, c.Output()), g.Scalar(SmallestNorm)])));
    }

    public static Partial?[] SumSquare(RuleContext c) =>
        Slope(c, r => c.Graph.Mul(c.Input(0), c.Graph.Scalar(2)));

    /// <summary>y = log(sum x), so dy/dx = exp(-y).</summary>
    public static Partial?[] LogSum(RuleContext c)
    {
        var g = c.Graph;
        return Slope(c, r => g.Expand(g.Op("Exp", [g.Op("Neg", [r.Kept(g, c.Output())])]), r.Dims));
    }

    /// <summary>y = log(sum exp x), so dy/dx = exp(x - y).</summary>
    public static Partial?[] LogSumExp(RuleContext c)
    {
        var g = c.Graph;
        return Slope(c, r => g.Op("Exp", [g.Sub(c.Input(0), r.Kept(g, c.Output()))]));
    }

    /// <summary>
    /// The product of all others: y / x, and where one x is zero, the product of the rest for that one alone.
    /// </summary>
    public static Partial?[] Prod(RuleContext c)
    {
        var g = c.Graph;
        return Slope(c, r =>
        {
            if (r.Axes.Length == 0) return g.Scalar(1);
            var zero = g.Op("Equal", [c.Input(0), g.Scalar(0)]);
            var zeros = g.ReduceSum(g.Op("Cast", [zero], ("to", (long)c.InputType(0))), r.Axes, keepDims: true);
            var rest = g.Op("Where", [zero, g.Scalar(1), c.Input(0)]);
            var product = g.Reduce("ReduceProd", rest, r.Axes);
            var alone = g.Op("Where", [g.Op("Equal", [zeros, g.Scalar(1)]), product, g.Scalar(0)]);
            var none = g.Op("Where", [g.Op("Equal", [zeros, g.Scalar(0)]), product, g.Scalar(0)]);
            return g.Op("Where", [zero, alone, g.Div(none, rest)]);
        });
    }

    private static Partial?[] Spread(RuleContext c, Func<Reduction, string, string> share)
    {
        var reduction = Reduction.Of(c);
        return reduction.Axes.Length == 0
            ? [c.Gradient]
            : [c.Graph.Expand(reduction.Kept(c.Graph, share(reduction, c.Gradient)), reduction.Dims)];
    }

    private static Partial?[] Slope(RuleContext c, Func<Reduction, string> slope)
    {
        var reduction = Reduction.Of(c);
        return [c.Graph.Mul(reduction.Kept(c.Graph, c.Gradient), slope(reduction))];
    }
}
