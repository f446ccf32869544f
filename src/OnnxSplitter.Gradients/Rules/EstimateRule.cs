using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// A zeroth-order estimate in the place of a rule (Spall 1992, "Multivariate stochastic approximation using a
/// simultaneous perturbation gradient approximation"): all elements of an input are moved at once by a random sign, d =
/// J v is the difference of the op's outputs, and (u d) v is J^T u on average over v. Where input and output have an
/// axis of examples of the same size, differences are taken example by example, which leaves less to chance.
/// </summary>
internal static class EstimateRule
{
    // More make the estimate closer, and cost two runs of the op each.
    private const int Samples = 8;

    // Of the input's root mean square: small against curvature, large against rounding.
    private const float RelativeStep = 0.02f;

    /// <summary>The gradient of each wanted float input.</summary>
    /// <param name="c">The node and the gradients of its outputs.</param>
    /// <param name="seed">Of the first sample.</param>
    public static Partial?[] Estimate(RuleContext c, int seed) =>
    [
        .. Enumerable.Range(0, c.InputCount)
            .Select(i =>
                (Partial?)(c.Wants(i) && c.InputType(i) == Type.Float ? Estimate(c, i, seed + i * Samples) : null)),
    ];

    private static string Estimate(RuleContext c, int input, int seed)
    {
        var g = c.Graph;
        var (x, dims) = (c.Input(input), c.InputDims(input));
        var axes = RuleContext.AxisRange(0, dims.Length);
        var square = g.ReduceSum(g.Mul(x, x), axes, keepDims: false);
        var count = dims.Aggregate(1L, (product, dim) => product * dim);
        var size = g.Op("Sqrt", [g.Add(g.Mul(square, g.Scalar(1f / count)), g.Scalar(1e-12f))]);
        var step = g.Mul(size, g.Scalar(RelativeStep));
        var samples = Enumerable.Range(0, Samples).Select(k =>
        {
            // A run draws anew; a session starts over from the seed.
            var uniform = g.Op("RandomUniformLike", [x], ("low", -1f), ("high", 1f), ("seed", (float)(seed + k)));
            var signs = g.Op("Sign", [uniform]);
            var move = g.Mul(signs, step);
            var (up, down) = (Moved(c, input, g.Add(x, move)), Moved(c, input, g.Sub(x, move)));
            var difference = Enumerable.Range(0, up.Length)
                .Where(i => c.OutputGradients[i] is not null)
                .Select(i => Inner(c, i, g.Mul(c.OutputGradients[i]!, g.Sub(up[i], down[i])), dims))
                .Aggregate(g.Add);
            return g.Mul(signs, difference);
        }).Aggregate(g.Add);
        return g.Div(samples, g.Mul(step, g.Scalar(2 * Samples)));
    }

    /// <summary>The op again, with another value for one input.</summary>
    private static string[] Moved(RuleContext c, int input, string value)
    {
        string[] inputs = [.. c.Node.Input];
        inputs[input] = value;
        return c.Graph.Again(c.Node, inputs);
    }

    /// <summary>Summed over the output, or over each example of it, in a shape that broadcasts to the input.</summary>
    private static string Inner(RuleContext c, int output, string product, long[] dims)
    {
        var own = c.OutputDims(output);
        var byExample = dims.Length > 0 && own.Length > 0 && own[0] == dims[0] && dims[0] > 1;
        var axes = RuleContext.AxisRange(byExample ? 1 : 0, own.Length);
        var sum = axes.Length == 0 ? product : c.Graph.ReduceSum(product, axes, keepDims: false);
        return byExample
            ? c.Graph.Reshape(sum, [dims[0], .. Enumerable.Repeat(1L, dims.Length - 1)])
            : c.Graph.Reshape(sum);
    }
}
