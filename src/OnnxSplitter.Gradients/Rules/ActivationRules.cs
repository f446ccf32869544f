using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// Activations with parameters or in pieces, from their ONNX definitions. At a kink the derivative is the one of the
/// right-hand piece.
/// </summary>
internal static class ActivationRules
{
    // Of the self-normalising unit (ONNX Selu-6).
    private const float SeluAlpha = 1.67326319217681884765625f;
    private const float SeluGamma = 1.05070102214813232421875f;

    public static Partial?[] LeakyRelu(RuleContext c) => [Times(c, BelowZero(c, c.Graph.Scalar(Alpha(c, 0.01f)), 1))];

    /// <summary>The slope is repeated to the input's shape; what is negative is multiplied by it.</summary>
    public static Partial?[] PRelu(RuleContext c)
    {
        return
        [
            c.Wants(0) ? Times(c, BelowZero(c, c.Input(1), 1)) : null,
            c.Wants(1) ? Times(c, BelowZero(c, c.Input(0), 0)) : null,
        ];
    }

    /// <summary>y = alpha (exp(x) - 1) below zero, so dy/dx = y + alpha.</summary>
    public static Partial?[] Elu(RuleContext c) =>
        [Times(c, BelowZero(c, c.Graph.Add(c.Output(), c.Graph.Scalar(Alpha(c, 1))), 1))];

    /// <summary>y = alpha (exp(x / alpha) - 1) below zero, so dy/dx = y / alpha + 1.</summary>
    public static Partial?[] Celu(RuleContext c)
    {
        var g = c.Graph;
        return [Times(c, BelowZero(c, g.Add(g.Mul(c.Output(), g.Scalar(1 / Alpha(c, 1))), g.Scalar(1)), 1))];
    }

    /// <summary>y = gamma alpha (exp(x) - 1) below zero, so dy/dx = y + gamma alpha.</summary>
    public static Partial?[] Selu(RuleContext c)
    {
        var g = c.Graph;
        var gamma = c.Node.Float("gamma", SeluGamma);
        return [Times(c, BelowZero(c, g.Add(c.Output(), g.Scalar(gamma * Alpha(c, SeluAlpha))), gamma))];
    }

    public static Partial?[] ThresholdedRelu(RuleContext c)
    {
        var g = c.Graph;
        return [g.Op("Where", [g.Op("Greater", [c.Input(0), g.Scalar(Alpha(c, 1))]), c.Gradient, g.Scalar(0)])];
    }

    public static Partial?[] HardSigmoid(RuleContext c)
    {
        var g = c.Graph;
        return [g.Op(
            "Where", [Between(g, c.Output(), 0, 1), g.Mul(c.Gradient, g.Scalar(Alpha(c, 0.2f))), g.Scalar(0)])];
    }

    /// <summary>y = x s with s = x / 6 + 1/2 within [0, 1], so dy/dx = s + x / 6 where s is not clipped.</summary>
    public static Partial?[] HardSwish(RuleContext c)
    {
        var g = c.Graph;
        var gate = g.Op("HardSigmoid", [c.Input(0)], ("alpha", 1f / 6), ("beta", 0.5f));
        var slope = g.Op("Where", [Between(g, gate, 0, 1), g.Mul(c.Input(0), g.Scalar(1f / 6)), g.Scalar(0)]);
        return [Times(c, g.Add(gate, slope))];
    }

    public static Partial?[] Softplus(RuleContext c) => [Times(c, c.Graph.Op("Sigmoid", [c.Input(0)]))];

    /// <summary>y = x / (1 + |x|), so dy/dx = 1 / (1 + |x|)^2.</summary>
    public static Partial?[] Softsign(RuleContext c)
    {
        var g = c.Graph;
        var width = g.Add(g.Op("Abs", [c.Input(0)]), g.Scalar(1));
        return [g.Div(c.Gradient, g.Mul(width, width))];
    }

    /// <summary>y = x t with t = tanh(softplus(x)), so dy/dx = t + x (1 - t^2) sigmoid(x).</summary>
    public static Partial?[] Mish(RuleContext c)
    {
        var g = c.Graph;
        var t = g.Op("Tanh", [g.Op("Softplus", [c.Input(0)])]);
        var slope = g.Mul(g.Sub(g.Scalar(1), g.Mul(t, t)), g.Op("Sigmoid", [c.Input(0)]));
        return [Times(c, g.Add(t, g.Mul(c.Input(0), slope)))];
    }

    private static float Alpha(RuleContext c, float otherwise) => c.Node.Float("alpha", otherwise);

    private static string Times(RuleContext c, string slope) => c.Graph.Mul(c.Gradient, slope);

    private static string BelowZero(RuleContext c, string below, float above)
    {
        var g = c.Graph;
        return g.Op("Where", [g.Op("Less", [c.Input(0), g.Scalar(0)]), below, g.Scalar(above)]);
    }

    private static string Between(GraphBuilder g, string value, float low, float high) => g.Op("And",
        [g.Op("Greater", [value, g.Scalar(low)]), g.Op("Less", [value, g.Scalar(high)])]);
}
