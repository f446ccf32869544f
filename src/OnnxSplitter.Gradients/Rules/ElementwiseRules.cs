using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>Ops that work element by element, with NumPy broadcasting (ONNX "Broadcasting in ONNX").</summary>
internal static class ElementwiseRules
{
    public static Partial?[] Add(RuleContext c) => [c.Gradient, c.Gradient];

    public static Partial?[] Sub(RuleContext c) =>
        [c.Gradient, c.Wants(1) ? c.Graph.Op("Neg", [c.Gradient]) : null];

    public static Partial?[] Mul(RuleContext c) =>
    [
        c.Wants(0) ? c.Graph.Mul(c.Gradient, c.Input(1)) : null,
        c.Wants(1) ? c.Graph.Mul(c.Gradient, c.Input(0)) : null,
    ];

    public static Partial?[] Div(RuleContext c)
    {
        var g = c.Graph;
        var first = g.Div(c.Gradient, c.Input(1));
        return [first, c.Wants(1) ? g.Op("Neg", [g.Mul(first, c.Output())]) : null];
    }

    public static Partial?[] Pow(RuleContext c)
    {
        var g = c.Graph;
        // The exponent may have a type of its own.
        var exponent = c.InputType(1) == c.InputType(0)
            ? c.Input(1)
            : g.Op("Cast", [c.Input(1)], ("to", (long)c.InputType(0)));
        var less = g.Op("Pow", [c.Input(0), g.Sub(exponent, g.Scalar(1))]);
        return
        [
            c.Wants(0) ? g.Mul(c.Gradient, g.Mul(exponent, less)) : null,
            c.Wants(1) ? g.Mul(c.Gradient, g.Mul(c.Output(), Log())) : null,
        ];

        // A power of zero stays zero whatever the exponent, while zero's logarithm is infinite.
        string Log() =>
            g.Op("Where", [g.Op("Equal", [c.Input(0), g.Scalar(0)]), g.Scalar(0), g.Op("Log", [c.Input(0)])]);
    }

    /// <summary>Sum of any number of inputs.</summary>
    public static Partial?[] Sum(RuleContext c) => [.. Enumerable.Repeat((Partial?)c.Gradient, c.InputCount)];

    /// <summary>Mean of any number of inputs.</summary>
    public static Partial?[] Mean(RuleContext c) =>
        [.. Enumerable.Repeat((Partial?)c.Graph.Mul(c.Gradient, c.Graph.Scalar(1f / c.InputCount)), c.InputCount)];

    public static Partial?[] Abs(RuleContext c) => [c.Graph.Mul(c.Gradient, c.Graph.Op("Sign", [c.Input(0)]))];

    public static Partial?[] Reciprocal(RuleContext c)
    {
        var g = c.Graph;
        return [g.Op("Neg", [g.Mul(c.Gradient, g.Mul(c.Output(), c.Output()))])];
    }

    /// <summary>d tan(x)/dx = 1 + tan(x)^2.</summary>
    public static Partial?[] Tan(RuleContext c)
    {
        var g = c.Graph;
        return [g.Mul(c.Gradient, g.Add(g.Scalar(1), g.Mul(c.Output(), c.Output())))];
    }

    public static Partial?[] Sinh(RuleContext c) => [c.Graph.Mul(c.Gradient, c.Graph.Op("Cosh", [c.Input(0)]))];

    public static Partial?[] Cosh(RuleContext c) => [c.Graph.Mul(c.Gradient, c.Graph.Op("Sinh", [c.Input(0)]))];

    /// <summary>d atan(x)/dx = 1 / (1 + x^2).</summary>
    public static Partial?[] Atan(RuleContext c)
    {
        var g = c.Graph;
        return [g.Div(c.Gradient, g.Add(g.Scalar(1), g.Mul(c.Input(0), c.Input(0))))];
    }

    /// <summary>d asin(x)/dx = 1 / sqrt(1 - x^2), and acos the other way.</summary>
    public static Partial?[] Asin(RuleContext c) => [c.Graph.Div(c.Gradient, Root(c, -1, 1))];

    public static Partial?[] Acos(RuleContext c) => [c.Graph.Op("Neg", [c.Graph.Div(c.Gradient, Root(c, -1, 1))])];

    /// <summary>d asinh(x)/dx = 1 / sqrt(x^2 + 1).</summary>
    public static Partial?[] Asinh(RuleContext c) => [c.Graph.Div(c.Gradient, Root(c, 1, 1))];

    /// <summary>d acosh(x)/dx = 1 / sqrt(x^2 - 1).</summary>
    public static Partial?[] Acosh(RuleContext c) => [c.Graph.Div(c.Gradient, Root(c, 1, -1))];

    /// <summary>d atanh(x)/dx = 1 / (1 - x^2).</summary>
    public static Partial?[] Atanh(RuleContext c)
    {
        var g = c.Graph;
        return [g.Div(c.Gradient, g.Sub(g.Scalar(1), g.Mul(c.Input(0), c.Input(0))))];
    }

    /// <summary>a - trunc(a / b) b, or with the quotient rounded down (integers alone).</summary>
    public static Partial?[] Mod(RuleContext c)
    {
        var g = c.Graph;
        return [c.Gradient, c.Wants(1) ? g.Mul(c.Gradient, g.Div(g.Sub(c.Output(), c.Input(0)), c.Input(1))) : null];
    }

    /// <summary>What lies within the threshold becomes 0, the rest keeps its slope (ONNX Shrink-9).</summary>
    public static Partial?[] Shrink(RuleContext c)
    {
        var g = c.Graph;
        var outside = g.Op("Greater", [g.Op("Abs", [c.Input(0)]), g.Scalar(c.Node.Float("lambd", 0.5f))]);
        return [g.Op("Where", [outside, c.Gradient, g.Scalar(0)])];
    }

    private static string Root(RuleContext c, float squares, float one)
    {
        var g = c.Graph;
        var square = g.Mul(g.Mul(c.Input(0), c.Input(0)), g.Scalar(squares));
        return g.Op("Sqrt", [g.Add(square, g.Scalar(one))]);
    }

    public static Partial?[] Sin(RuleContext c) => [c.Graph.Mul(c.Gradient, c.Graph.Op("Cos", [c.Input(0)]))];

    public static Partial?[] Cos(RuleContext c) =>
        [c.Graph.Op("Neg", [c.Graph.Mul(c.Gradient, c.Graph.Op("Sin", [c.Input(0)]))])];

    public static Partial?[] Neg(RuleContext c) => [c.Graph.Op("Neg", [c.Gradient])];

    public static Partial?[] Exp(RuleContext c) => [c.Graph.Mul(c.Gradient, c.Output())];

    public static Partial?[] Log(RuleContext c) => [c.Graph.Div(c.Gradient, c.Input(0))];

    public static Partial?[] Sqrt(RuleContext c)
    {
        var g = c.Graph;
        return [g.Div(c.Gradient, g.Mul(c.Output(), g.Scalar(2)))];
    }

    /// <summary>d erf(x)/dx = 2/sqrt(pi) exp(-x^2).</summary>
    public static Partial?[] Erf(RuleContext c)
    {
        var g = c.Graph;
        var bell = g.Op("Exp", [g.Op("Neg", [g.Mul(c.Input(0), c.Input(0))])]);
        return [g.Mul(c.Gradient, g.Mul(bell, g.Scalar((float)(2 / Math.Sqrt(Math.PI)))))];
    }

    public static Partial?[] Tanh(RuleContext c)
    {
        var g = c.Graph;
        return [g.Mul(c.Gradient, g.Sub(g.Scalar(1), g.Mul(c.Output(), c.Output())))];
    }

    public static Partial?[] Sigmoid(RuleContext c)
    {
        var g = c.Graph;
        return [g.Mul(c.Gradient, g.Mul(c.Output(), g.Sub(g.Scalar(1), c.Output())))];
    }

    /// <summary>
    /// The derivative at 0 is taken as 0, as PyTorch and TensorFlow do. The steepest HardSigmoid is 0 at 0 and 1 above
    /// (but for denormal numbers); with Mul it takes 0.7 times as long as Greater and Where (ONNX Runtime 1.31).
    /// </summary>
    public static Partial?[] Relu(RuleContext c)
    {
        var g = c.Graph;
        return [g.Mul(c.Gradient, g.Op("HardSigmoid", [c.Output()], ("alpha", float.MaxValue), ("beta", 0f)))];
    }

    /// <summary>
    /// min(max(x, low), high), which says whose the gradient is where bounds cross. Bounds are inputs from opset 11 on.
    /// </summary>
    public static Partial?[] Clip(RuleContext c)
    {
        var g = c.Graph;
        var (gradient, low, high) = (c.Gradient, default(string), default(string));
        if (c.HasInput(2))
        {
            var raised = c.HasInput(1) && (c.Wants(1) || c.Wants(2))
                ? g.Op("Max", [c.Input(0), c.Input(1)])
                : c.Input(0);
            var below = g.Op("Less", [raised, c.Input(2)]);
            if (c.Wants(2)) high = g.Op("Where", [below, g.Scalar(0), gradient]);
            gradient = g.Op("Where", [below, gradient, g.Scalar(0)]);
        }

        if (c.HasInput(1))
        {
            var above = g.Op("Greater", [c.Input(0), c.Input(1)]);
            if (c.Wants(1)) low = g.Op("Where", [above, g.Scalar(0), gradient]);
            gradient = g.Op("Where", [above, gradient, g.Scalar(0)]);
        }

        return [c.Wants(0) ? gradient : null, low, high];
    }

    public static Partial?[] Where(RuleContext c)
    {
        var g = c.Graph;
        return
        [
            null,
            c.Wants(1) ? g.Op("Where", [c.Input(0), c.Gradient, g.Scalar(0)]) : null,
            c.Wants(2) ? g.Op("Where", [c.Input(0), g.Scalar(0), c.Gradient]) : null,
        ];
    }
}
