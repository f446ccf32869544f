using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// Layer, instance and group normalization: x^ = (x - mean) / sqrt(var + epsilon) over some axes of each example, then
/// y = x^ * scale + B.
/// </summary>
internal static class StandardizationRules
{
    /// <summary>
    /// Over the axes from <c>axis</c> to the last, with a scale per element (ONNX LayerNormalization-17).
    /// </summary>
    public static Partial?[] Layer(RuleContext c)
    {
        if (c.OutputGradients.Skip(1).Any(gradient => gradient is not null))
            throw c.Unsupported("its mean or deviation carries a gradient");
        var dims = c.InputDims(0);
        var axes = RuleContext.AxisRange((int)RuleContext.Axis(c.Node.Int("axis", -1), dims.Length), dims.Length);
        var unit = new Unit(c.Graph, c.Input(0), dims, axes, Epsilon(c));
        return
        [
            c.Wants(0) ? unit.Gradient(c.Graph.Mul(c.Gradient, c.Input(1))) : null,
            c.Wants(1) ? new Partial(c.Graph.Mul(c.Gradient, unit.Value), dims) : null,
            c.Wants(2) ? new Partial(c.Gradient, dims) : null,
        ];
    }

    /// <summary>Over the spatial axes, with a scale per channel (ONNX InstanceNormalization-6).</summary>
    public static Partial?[] Instance(RuleContext c) => PerChannel(c, c.InputDims(0)[1]);

    /// <summary>
    /// Over spatial axes and the channels of a group, with a scale per channel (ONNX GroupNormalization-21).
    /// </summary>
    public static Partial?[] Group(RuleContext c) => c.Graph.Opset >= GroupSince
        ? PerChannel(c, c.Node.Int("num_groups", 1))
        : throw c.Unsupported("before opset 21 it has a scale for each group, which only its definition knows");

    /// <summary>Opset from which on GroupNormalization has a scale per channel.</summary>
    public const long GroupSince = 21;

    private static Partial?[] PerChannel(RuleContext c, long groups)
    {
        var g = c.Graph;
        var dims = c.InputDims(0);
        var channel = (long[])[dims[1], .. Enumerable.Repeat(1L, dims.Length - 2)];
        var others = (long[])[0, .. RuleContext.AxisRange(2, dims.Length)];

        // Groups become an axis of their own.
        long[] grouped = [dims[0], groups, dims[1] / groups, .. dims[2..]];
        var unit =
            new Unit(g, g.Reshape(c.Input(0), grouped), grouped, RuleContext.AxisRange(2, grouped.Length), Epsilon(c));
        return
        [
            c.Wants(0)
                ? g.Reshape(unit.Gradient(g.Reshape(g.Mul(c.Gradient, g.Reshape(c.Input(1), channel)), grouped)), dims)
                : null,
            c.Wants(1) ? g.ReduceSum(g.Mul(c.Gradient, g.Reshape(unit.Value, dims)), others, keepDims: false) : null,
            c.Wants(2) ? g.ReduceSum(c.Gradient, others, keepDims: false) : null,
        ];
    }

    private static float Epsilon(RuleContext c) => c.Node.Float("epsilon", 1e-5f);

    /// <summary>x^ and how a gradient with respect to it reaches x.</summary>
    private sealed class Unit
    {
        private readonly GraphBuilder _g;
        private readonly long[] _axes;
        private readonly long _count;
        private readonly string _inverse;

        public Unit(GraphBuilder g, string x, long[] dims, long[] axes, float epsilon)
        {
            (_g, _axes, _count) = (g, axes, axes.Aggregate(1L, (product, axis) => product * dims[axis]));
            var centred = g.Sub(x, Mean(x));
            _inverse = g.Op("Reciprocal", [g.Op("Sqrt", [g.Add(Mean(g.Mul(centred, centred)), g.Scalar(epsilon))])]);
            Value = g.Mul(centred, _inverse);
        }

        public string Value { get; }

        /// <summary>(u - mean(u) - x^ mean(u x^)) / sqrt(var + epsilon).</summary>
        public string Gradient(string u) => _g.Mul(_inverse,
            _g.Sub(_g.Sub(u, Mean(u)), _g.Mul(Value, Mean(_g.Mul(u, Value)))));

        private string Mean(string value) =>
            _g.Mul(_g.ReduceSum(value, _axes, keepDims: true), _g.Scalar(1f / _count));
    }
}
