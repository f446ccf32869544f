using OnnxSplitter.Gradients.Building;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// Quantised values (ONNX QuantizeLinear-25, DequantizeLinear-25): x = (q - zero point) scale. The gradient of codes q
/// is taken as if they were any numbers, in float32, one per code.
/// </summary>
/// <remarks>Scales are settings: they get no gradient.</remarks>
internal static class QuantizationRules
{
    public static Partial?[] Dequantize(RuleContext c) =>
        [c.Wants(0) ? c.Graph.Mul(c.Gradient, Scale(c, 1)) : null];

    /// <summary>
    /// Straight through (Bengio et al. 2013, "Estimating or propagating gradients through stochastic neurons"):
    /// rounding counts as no change, and nothing passes where the value was cut off at the type's bounds.
    /// </summary>
    public static Partial?[] Quantize(RuleContext c)
    {
        var g = c.Graph;
        var (low, high) = Bounds(c);
        var scale = Scale(c, 1);
        var steps = g.Div(c.Input(0), scale);
        if (c.HasInput(2)) steps = g.Add(steps, AlongAxis(c, g.AsFloats(c.Input(2)), 2));

        // What is rounded to a bound is not cut off by it.
        var inside = g.Op("And",
            [g.Op("Greater", [steps, g.Scalar(low - 0.5f)]), g.Op("Less", [steps, g.Scalar(high + 0.5f)])]);
        return [g.Op("Where", [inside, g.Div(c.Gradient, scale), g.Scalar(0)])];
    }

    /// <summary>
    /// Scale and zero point are outputs, and count as settings; they are such that nothing is cut off.
    /// </summary>
    public static Partial?[] DynamicallyQuantize(RuleContext c) =>
        [c.OutputGradients[0] is { } gradient ? c.Graph.Div(gradient, c.Output(1)) : null];

    /// <summary>The scale, in a shape that broadcasts to the values.</summary>
    private static string Scale(RuleContext c, int input) => AlongAxis(c, c.Input(input), input);

    /// <summary>A single number, one per index of an axis, or one per block of an axis.</summary>
    private static string AlongAxis(RuleContext c, string value, int input)
    {
        var g = c.Graph;
        var (dims, own) = (c.InputDims(0), c.InputDims(input));
        if (own.Length == 0 || own is [1]) return g.Reshape(value);
        var axis = (int)RuleContext.Axis(c.Node.Int("axis", 1), dims.Length);
        if (own.Length == 1) return g.Reshape(value, [dims[axis], .. Enumerable.Repeat(1L, dims.Length - axis - 1)]);

        var block = c.Node.Int("block_size", 0);
        if (block <= 0) throw c.Unsupported("it has blocks of scales and no block_size");
        var repeated = g.Expand(
            g.Reshape(value, [.. own[..(axis + 1)], 1, .. own[(axis + 1)..]]),
            [.. own[..(axis + 1)], block, .. own[(axis + 1)..]]);
        var whole = g.Reshape(repeated, [.. own[..axis], own[axis] * block, .. own[(axis + 1)..]]);
        return own[axis] * block == dims[axis] ? whole : g.Slice(whole, [0], [dims[axis]], [axis], [1]);
    }

    private static (float Low, float High) Bounds(RuleContext c) => c.OutputType() switch
    {
        Type.Uint8 => (0, 255),
        Type.Int8 => (-128, 127),
        Type.Uint16 => (0, 65535),
        Type.Int16 => (-32768, 32767),
        Type.Uint4 => (0, 15),
        Type.Int4 => (-8, 7),
        var type => throw c.Unsupported($"it quantises to {type}"),
    };
}
