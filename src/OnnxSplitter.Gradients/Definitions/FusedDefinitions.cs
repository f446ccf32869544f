using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>
/// Convolutions and matrix products that were joined with what follows them (ONNX Runtime's contrib operators).
/// </summary>
internal static class FusedDefinitions
{
    /// <summary>Conv, plus Z if there is one, then an activation.</summary>
    public static string?[] Conv(RuleContext c)
    {
        var g = c.Graph;
        string[] inputs = [.. Enumerable.Range(0, 3).Where(c.HasInput).Select(c.Input)];
        var sum = g.Copy("Conv", inputs, c.Node, NodeAttributes.OfConv);
        if (c.HasInput(3)) sum = g.Add(sum, c.Input(3));
        var parameters = c.Node.Find("activation_params")?.Floats.ToArray() ?? [];
        return [Activated(c, sum, c.Node.Text("activation", ""), parameters)];
    }

    /// <summary>alpha op(A) op(B), where batches may be transposed into the matrix too.</summary>
    public static string?[] MatMul(RuleContext c)
    {
        var g = c.Graph;
        var product = g.MatMul(Turned(0, "transA", "transBatchA"), Turned(1, "transB", "transBatchB"));
        var alpha = c.Node.Float("alpha", 1);
        return [alpha == 1 ? product : g.Mul(product, g.Scalar(alpha))];

        string Turned(int input, string matrix, string batch)
        {
            var order = RuleContext.AxisRange(0, c.InputDims(input).Length);
            if (order.Length < 2) return c.Input(input);

            // The first axis goes to the last but one.
            if (c.Node.Int(batch, 0) != 0) order = [.. order[1..^1], 0, order[^1]];
            if (c.Node.Int(matrix, 0) != 0) (order[^1], order[^2]) = (order[^2], order[^1]);
            return order.SequenceEqual(RuleContext.AxisRange(0, order.Length))
                ? c.Input(input)
                : g.Transpose(c.Input(input), order);
        }
    }

    public static string?[] Gemm(RuleContext c)
    {
        var product = c.Graph.Copy("Gemm", [.. c.Node.Input], c.Node, ["alpha", "beta", "transA", "transB"]);
        float[] parameters = [.. new[] { "activation_alpha", "activation_beta" }
            .Where(name => c.Node.Find(name) is not null).Select(name => c.Node.Float(name, 0))];
        return [Activated(c, product, c.Node.Text("activation", ""), parameters)];
    }

    private static string Activated(RuleContext c, string x, string activation, float[] parameters)
    {
        var g = c.Graph;
        return (activation, parameters) switch
        {
            ("", _) => x,
            ("Clip", [var low, var high]) => g.Op("Clip", [x, g.Scalar(low), g.Scalar(high)]),
            ("HardSigmoid", [var alpha, var beta]) => g.Op("HardSigmoid", [x], ("alpha", alpha), ("beta", beta)),
            ("LeakyRelu" or "Elu", [var alpha]) => g.Op(activation, [x], ("alpha", alpha)),
            ("Relu" or "Sigmoid" or "Tanh" or "Softplus" or "HardSwish", []) => g.Op(activation, [x]),
            _ => throw c.Unsupported($"activation '{activation}' with {parameters.Length} parameters is not supported"),
        };
    }
}
