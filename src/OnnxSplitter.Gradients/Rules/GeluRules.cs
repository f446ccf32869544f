using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// Gelu, y = x Phi(x) with the normal distribution, and its relatives (ONNX Gelu-20; ONNX Runtime's contrib operators
/// BiasGelu, FastGelu, Gelu and QuickGelu).
/// </summary>
internal static class GeluRules
{
    // Of the approximation by tanh, and of the one by a sigmoid.
    private const float Cubic = 0.044715f;
    private const float SigmoidScale = 1.702f;

    public static Partial?[] Gelu(RuleContext c)
    {
        var tanh = c.Node.Text("approximate", "none") == "tanh";
        return [c.Graph.Mul(c.Gradient, tanh ? SlopeByTanh(c.Graph, c.Input(0)) : Slope(c.Graph, c.Input(0)))];
    }

    /// <summary>Of x plus a bias.</summary>
    public static Partial?[] WithBias(RuleContext c)
    {
        var gradient = c.Graph.Mul(c.Gradient, Slope(c.Graph, c.Graph.Add(c.Input(0), c.Input(1))));
        return [gradient, gradient];
    }

    /// <summary>By tanh, of x plus a bias if there is one.</summary>
    public static Partial?[] Fast(RuleContext c)
    {
        var sum = c.HasInput(1) ? c.Graph.Add(c.Input(0), c.Input(1)) : c.Input(0);
        var gradient = c.Graph.Mul(c.Gradient, SlopeByTanh(c.Graph, sum));
        return [gradient, gradient];
    }

    public static Partial?[] Quick(RuleContext c) => BySigmoid(c, SigmoidScale);

    /// <summary>The same with another scale (ONNX Swish-24).</summary>
    public static Partial?[] Swish(RuleContext c) => BySigmoid(c, 1);

    /// <summary>y = x s with s = sigmoid(alpha x), so dy/dx = s + alpha y (1 - s).</summary>
    private static Partial?[] BySigmoid(RuleContext c, float scale)
    {
        var g = c.Graph;
        var alpha = g.Scalar(c.Node.Float("alpha", scale));
        var s = g.Op("Sigmoid", [g.Mul(c.Input(0), alpha)]);
        return [g.Mul(c.Gradient, g.Add(s, g.Mul(alpha, g.Mul(c.Output(), g.Sub(g.Scalar(1), s)))))];
    }

    /// <summary>Phi(x) + x phi(x).</summary>
    private static string Slope(GraphBuilder g, string x)
    {
        var share = g.Add(g.Scalar(1), g.Op("Erf", [g.Mul(x, g.Scalar((float)Math.Sqrt(0.5)))]));
        var bell = g.Op("Exp", [g.Mul(g.Mul(x, x), g.Scalar(-0.5f))]);
        var density = g.Mul(bell, g.Scalar((float)(1 / Math.Sqrt(2 * Math.PI))));
        return g.Add(g.Mul(share, g.Scalar(0.5f)), g.Mul(x, density));
    }

    /// <summary>y = x (1 + t) / 2 with t = tanh(u), so dy/dx = (1 + t + x (1 - t^2) du/dx) / 2.</summary>
    private static string SlopeByTanh(GraphBuilder g, string x)
    {
        var root = g.Scalar((float)Math.Sqrt(2 / Math.PI));
        var square = g.Mul(x, x);
        var t = g.Op("Tanh", [g.Mul(root, g.Mul(x, g.Add(g.Scalar(1), g.Mul(square, g.Scalar(Cubic)))))]);
        var du = g.Mul(root, g.Add(g.Scalar(1), g.Mul(square, g.Scalar(3 * Cubic))));
        var bend = g.Mul(x, g.Mul(g.Sub(g.Scalar(1), g.Mul(t, t)), du));
        return g.Mul(g.Scalar(0.5f), g.Add(g.Add(g.Scalar(1), t), bend));
    }
}
