using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>Softmax, LogSoftmax, and BatchNormalization as it works in inference.</summary>
internal static class NormalizationRules
{
    public static Partial?[] Softmax(RuleContext c)
    {
        var g = c.Graph;
        var weighted = g.Mul(c.Gradient, c.Output());
        return [g.Sub(weighted, g.Mul(c.Output(), g.ReduceSum(weighted, Normalized(c), keepDims: true)))];
    }

    public static Partial?[] LogSoftmax(RuleContext c)
    {
        var g = c.Graph;
        var sum = g.ReduceSum(c.Gradient, Normalized(c), keepDims: true);
        return [g.Sub(c.Gradient, g.Mul(g.Op("Exp", [c.Output()]), sum))];
    }

    /// <summary>Y = (X - mean) / sqrt(var + epsilon) * scale + B, per channel; X [N, C, ...].</summary>
    public static Partial?[] BatchNormalization(RuleContext c)
    {
        if (c.Node.Int("training_mode", 0) != 0) throw c.Unsupported("it is in training mode");
        var g = c.Graph;
        var dims = c.InputDims(0);
        var channel = (long[])[dims[1], .. Enumerable.Repeat(1L, dims.Length - 2)];
        var others = (long[])[0, .. RuleContext.AxisRange(2, dims.Length)];

        var deviation = g.Op("Sqrt", [g.Add(c.Input(4), g.Scalar(c.Node.Float("epsilon", 1e-5f)))]);
        var inverse = g.Op("Reciprocal", [deviation]);
        var slope = g.Mul(c.Input(1), inverse);
        var sum = c.Wants(2) || c.Wants(3) ? g.ReduceSum(c.Gradient, others, keepDims: false) : null;
        string? product = null;
        if (c.Wants(1) || c.Wants(4))
        {
            var centred = g.Sub(c.Input(0), g.Reshape(c.Input(3), channel));
            product = g.Mul(g.ReduceSum(g.Mul(c.Gradient, centred), others, keepDims: false), inverse);
        }

        return
        [
            c.Wants(0) ? g.Mul(c.Gradient, g.Reshape(slope, channel)) : null,
            c.Wants(1) ? product! : null,
            c.Wants(2) ? sum! : null,
            c.Wants(3) ? g.Op("Neg", [g.Mul(sum!, slope)]) : null,
            c.Wants(4) ? g.Mul(g.Mul(product!, slope), g.Mul(g.Scalar(-0.5f), inverse)) : null,
        ];
    }

    private static long[] Normalized(RuleContext c) =>
        [RuleContext.Axis(c.Node.Int("axis", -1), c.InputDims(0).Length)];
}
