using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>Normalizations from their formulas.</summary>
internal static class NormalizationDefinitions
{
    /// <summary>
    /// x / sqrt(mean(x^2) + epsilon) * scale (ONNX RMSNormalization-23, ORT SimplifiedLayerNormalization).
    /// </summary>
    public static string?[] RootMeanSquare(RuleContext c) =>
        [Simplified(c, c.Input(0), c.Input(1), 1e-5f, out var inverse), inverse];

    /// <summary>Of input + skip + bias, which is the last output.</summary>
    public static string?[] SkipSimplified(RuleContext c)
    {
        var sum = Sum(c, c.HasInput(3) ? 3 : null);
        return [Simplified(c, sum, c.Input(2), 1e-12f, out _), null, null, sum];
    }

    /// <summary>Of input + skip + bias, which is the last output.</summary>
    public static string?[] SkipLayer(RuleContext c)
    {
        var sum = Sum(c, c.HasInput(4) ? 4 : null);
        string[] inputs = c.HasInput(3) ? [sum, c.Input(2), c.Input(3)] : [sum, c.Input(2)];
        var normalized = c.Graph.Op("LayerNormalization", inputs, ("epsilon", c.Node.Float("epsilon", 1e-12f)));
        return [normalized, null, null, sum];
    }

    /// <summary>x / |x| along an axis; where the norm is 0, so is the result (ONNX LpNormalization-22).</summary>
    public static string?[] LpNormalization(RuleContext c)
    {
        var g = c.Graph;
        var axis = RuleContext.Axis(c.Node.Int("axis", -1), c.InputDims(0).Length);
        var norm = g.Reduce(c.Node.Int("p", 2) == 1 ? "ReduceL1" : "ReduceL2", c.Input(0), [axis]);
        var divisor = g.Op("Where", [g.Op("Equal", [norm, g.Scalar(0)]), g.Scalar(1), norm]);
        return [g.Div(c.Input(0), divisor)];
    }

    /// <summary>(x - mean) / deviation over the given axes (ONNX MeanVarianceNormalization-13).</summary>
    public static string?[] MeanVariance(RuleContext c)
    {
        var g = c.Graph;
        var axes = c.Node.Ints("axes") ?? [0, 2, 3];
        var centred = g.Sub(c.Input(0), g.Reduce("ReduceMean", c.Input(0), axes));
        var variance = g.Reduce("ReduceMean", g.Mul(centred, centred), axes);
        return [g.Div(centred, g.Add(g.Op("Sqrt", [variance]), g.Scalar(1e-9f)))];
    }

    /// <summary>x / (bias + alpha / size * sum of squares over neighbouring channels)^beta (ONNX LRN-13).</summary>
    public static string?[] LocalResponse(RuleContext c)
    {
        var g = c.Graph;
        var dims = c.InputDims(0);
        var size = c.Node.Int("size", 1);
        var area = dims[2..].Aggregate(1L, (product, dim) => product * dim);
        var squares = g.Reshape(g.Mul(c.Input(0), c.Input(0)), dims[0], 1, dims[1], area);
        var mean = g.Op("AveragePool", [squares], ("kernel_shape", (long[])[size, 1]), ("count_include_pad", 1L),
            ("pads", (long[])[(size - 1) / 2, 0, size / 2, 0]));
        var sum = g.Add(
            g.Mul(g.Reshape(mean, dims), g.Scalar(c.Node.Float("alpha", 1e-4f))), g.Scalar(c.Node.Float("bias", 1)));
        return [g.Div(c.Input(0), g.Op("Pow", [sum, g.Scalar(c.Node.Float("beta", 0.75f))]))];
    }

    /// <summary>Of opset 18 to 20: a scale and a bias for each group.</summary>
    public static string?[]? GroupOfOldForm(RuleContext c)
    {
        if (c.Graph.Opset >= StandardizationRules.GroupSince) return null;
        var g = c.Graph;
        var dims = c.InputDims(0);
        var groups = c.Node.Int("num_groups", 1);
        var grouped = g.Reshape(c.Input(0), [dims[0], groups, dims[1] / groups, .. dims[2..]]);
        var epsilon = c.Node.Float("epsilon", 1e-5f);
        var normalized = g.Op("InstanceNormalization", [grouped, c.Input(1), c.Input(2)], ("epsilon", epsilon));
        return [g.Reshape(normalized, dims)];
    }

    private static string Sum(RuleContext c, int? bias)
    {
        var sum = c.Graph.Add(c.Input(0), c.Input(1));
        return bias is { } input ? c.Graph.Add(sum, c.Input(input)) : sum;
    }

    private static string Simplified(RuleContext c, string x, string scale, float epsilon, out string inverse)
    {
        var g = c.Graph;
        var rank = c.InputDims(0).Length;
        var axes = RuleContext.AxisRange((int)RuleContext.Axis(c.Node.Int("axis", -1), rank), rank);
        var mean = g.Reduce("ReduceMean", g.Mul(x, x), axes);
        inverse = g.Op("Reciprocal", [g.Op("Sqrt", [g.Add(mean, g.Scalar(c.Node.Float("epsilon", epsilon)))])]);
        return g.Mul(g.Mul(x, inverse), scale);
    }
}
