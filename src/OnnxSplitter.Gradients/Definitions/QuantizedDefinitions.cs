using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>
/// Ops on quantised values as the same ops on the numbers that these stand for, dequantised before and quantised after.
/// Products of integers, which are scaled later, are products of floats of the same value.
/// </summary>
internal static class QuantizedDefinitions
{
    /// <summary>
    /// x, x scale, x zero point, the same of w and of y, then the bias in units of x scale * w scale.
    /// </summary>
    public static string?[] Conv(RuleContext c)
    {
        var g = c.Graph;
        string[] inputs = [Dequantized(c, 0), Dequantized(c, 3, axis: 0)];
        if (c.HasInput(8))
        {
            var units = g.Mul(c.Input(1), c.Input(4));
            inputs = [.. inputs, g.Mul(Number(c, 8), units)];
        }

        return [Quantized(c, g.Copy("Conv", inputs, c.Node, NodeAttributes.OfConv), 6)];
    }

    public static string?[] MatMul(RuleContext c) =>
        [Quantized(c, c.Graph.MatMul(Dequantized(c, 0, axis: -2), Dequantized(c, 3, axis: -1)), 6)];

    public static string?[] Add(RuleContext c) => [Quantized(c, c.Graph.Add(Dequantized(c, 0), Dequantized(c, 3)), 6)];

    public static string?[] Mul(RuleContext c) => [Quantized(c, c.Graph.Mul(Dequantized(c, 0), Dequantized(c, 3)), 6)];

    public static string?[] Sigmoid(RuleContext c) => [Quantized(c, c.Graph.Op("Sigmoid", [Dequantized(c, 0)]), 3)];

    public static string?[] LeakyRelu(RuleContext c) =>
        [Quantized(c, c.Graph.Copy("LeakyRelu", [Dequantized(c, 0)], c.Node, ["alpha"]), 3)];

    public static string?[] GlobalAveragePool(RuleContext c)
    {
        if (c.Node.Int("channels_last", 0) != 0) throw c.Unsupported("channels_last is not supported");
        return [Quantized(c, c.Graph.Op("GlobalAveragePool", [Dequantized(c, 0)]), 3)];
    }

    /// <summary>y scale and zero point come first, then triples of parts.</summary>
    public static string?[] Concat(RuleContext c)
    {
        var parts = Enumerable.Range(0, (c.InputCount - 2) / 3).Select(i => Dequantized(c, 2 + 3 * i)).ToArray();
        return [Quantized(c, c.Graph.Concat(parts, c.Node.Int("axis", 0)), 0)];
    }

    /// <summary>Zero points are per tensor, per row of A or per column of B.</summary>
    public static string?[] MatMulInteger(RuleContext c)
    {
        var g = c.Graph;
        var (a, b) = (Number(c, 0), Number(c, 1));
        if (c.HasInput(2))
            a = g.Sub(a, c.InputDims(2) is [var rows and > 1] ? g.Reshape(Number(c, 2), rows, 1) : Number(c, 2));
        if (c.HasInput(3)) b = g.Sub(b, Number(c, 3));
        return [g.MatMul(a, b)];
    }

    public static string?[] ConvInteger(RuleContext c)
    {
        var g = c.Graph;
        var (x, w) = (Number(c, 0), Number(c, 1));
        if (c.HasInput(2)) x = g.Sub(x, Number(c, 2));
        if (c.HasInput(3))
        {
            w = g.Sub(w, c.InputDims(3) is [var filters and > 1]
                ? g.Reshape(Number(c, 3), [filters, .. Enumerable.Repeat(1L, c.InputDims(1).Length - 1)])
                : Number(c, 3));
        }

        return [g.Copy("Conv", [x, w], c.Node, NodeAttributes.OfConv)];
    }

    /// <summary>MatMulInteger, scaled, plus a bias (ORT MatMulIntegerToFloat).</summary>
    public static string?[] MatMulIntegerToFloat(RuleContext c)
    {
        var g = c.Graph;
        var (a, b) = (Number(c, 0), Number(c, 1));
        if (c.HasInput(4)) a = g.Sub(a, Number(c, 4));
        if (c.HasInput(5)) b = g.Sub(b, Number(c, 5));
        var product = g.Mul(g.Mul(g.MatMul(a, b), c.Input(2)), c.Input(3));
        return [c.HasInput(6) ? g.Add(product, c.Input(6)) : product];
    }

    /// <summary>
    /// A times B, whose scale and zero point are given, with A quantised as it comes (ORT DynamicQuantizeMatMul).
    /// </summary>
    public static string?[] DynamicQuantizeMatMul(RuleContext c)
    {
        var g = c.Graph;
        var b = Number(c, 1);
        if (c.HasInput(3)) b = g.Sub(b, Number(c, 3));
        var a = g.Node("", "DynamicQuantizeLinear", [c.Input(0)], 3);
        var rounded = g.Op("DequantizeLinear", a);
        var product = g.MatMul(rounded, g.Mul(b, c.Input(2)));
        return [c.HasInput(4) ? g.Add(product, c.Input(4)) : product];
    }

    private static string Number(RuleContext c, int input) => c.Graph.AsFloats(c.Input(input));

    /// <summary>An input that is followed by its scale and its zero point.</summary>
    private static string Dequantized(RuleContext c, int input, long axis = 0)
    {
        string[] inputs = [.. Enumerable.Range(input, 3).Where(c.HasInput).Select(c.Input)];
        return c.Graph.Op(
            "DequantizeLinear", inputs, ("axis", RuleContext.Axis(axis, Math.Max(1, c.InputDims(input).Length))));
    }

    private static string Quantized(RuleContext c, string value, int scale)
    {
        string[] inputs = [value, .. Enumerable.Range(scale, 2).Where(c.HasInput).Select(c.Input)];
        return c.Graph.Op("QuantizeLinear", inputs);
    }
}
