using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// Gradients by the kernels of ONNX Runtime's training extension (its training_op_defs.cc lists them). A rule returns
/// null for a use of an op that the kernel does not cover; the portable rule takes it then.
/// </summary>
/// <remarks>
/// GatherNDGrad is not used: it takes the rank from the size of a pointer, and is wrong where that is not eight bytes,
/// as in WebAssembly (gather_nd_grad.cc, release 1.19).
/// </remarks>
internal static class TrainingRules
{
    private const string Microsoft = Operator.Microsoft;

    public static Partial?[]? Conv(RuleContext c)
    {
        // The kernel wants its padding written out, the same on both sides' end as the op has it.
        if (c.Node.Text("auto_pad", "NOTSET") != "NOTSET" || c.InputDims(0).Length != 4) return null;
        string[] own = ["dilations", "group", "kernel_shape", "pads", "strides"];
        var outputs = c.Graph.Node(
            Microsoft, "ConvGrad", [c.Gradient, c.Input(0), c.Input(1)], c.Wants(2) ? 3 : 2, [.. Own(c, own)]);
        return Wanted(c, outputs);
    }

    public static Partial?[]? MaxPool(RuleContext c)
    {
        if (c.Node.Int("storage_order", 0) != 0) return null;
        c.EnsureOutput(1, "Indices");
        return [Pooled(c, "MaxPoolGrad", [c.Gradient, c.Output(1)])];
    }

    public static Partial?[]? AveragePool(RuleContext c)
    {
        var rank = c.InputDims(0).Length - 2;
        if (rank > 3 || c.Node.Int("ceil_mode", 0) != 0 || c.Node.Text("auto_pad", "NOTSET") != "NOTSET"
            || c.Node.Ints("dilations") is { } dilations && dilations.Any(step => step != 1)) return null;

        // The kernel's window in three dimensions writes where windows overlap, instead of adding.
        return rank == 3 ? null : [Pooled(c, "AveragePoolGrad", [c.Gradient])];
    }

    public static Partial?[]? Softmax(RuleContext c) => [Op(c, "SoftmaxGrad_13", [c.Gradient, c.Output()], Axis(c))];

    public static Partial?[]? LogSoftmax(RuleContext c) =>
        [Op(c, "LogSoftmaxGrad_13", [c.Gradient, c.Output()], Axis(c))];

    public static Partial?[]? Relu(RuleContext c) => [Op(c, "ReluGrad", [c.Gradient, c.Output()])];

    public static Partial?[]? LeakyRelu(RuleContext c) =>
        [Op(c, "LeakyReluGrad", [c.Gradient, c.Output()], ("alpha", c.Node.Float("alpha", 0.01f)))];

    public static Partial?[]? Sigmoid(RuleContext c) => [Op(c, "SigmoidGrad", [c.Gradient, c.Output()])];

    public static Partial?[]? Tanh(RuleContext c) => [Op(c, "TanhGrad", [c.Gradient, c.Output()])];

    public static Partial?[]? Gelu(RuleContext c) =>
        [Op(c, c.Node.Text("approximate", "none") == "tanh" ? "FastGeluGrad" : "GeluGrad", [c.Gradient, c.Input(0)])];

    public static Partial?[]? GeluWithBias(RuleContext c)
    {
        var gradient = Op(c, "BiasGeluGrad_dX", [c.Gradient, c.Input(0), c.Input(1)]);
        return [gradient, gradient];
    }

    public static Partial?[]? FastGelu(RuleContext c)
    {
        var gradient = c.HasInput(1)
            ? Op(c, "BiasFastGeluGrad_dX", [c.Gradient, c.Input(0), c.Input(1)])
            : Op(c, "FastGeluGrad", [c.Gradient, c.Input(0)]);
        return [gradient, gradient];
    }

    public static Partial?[]? QuickGelu(RuleContext c) =>
        [Op(c, "QuickGeluGrad", [c.Gradient, c.Input(0)], ("alpha", c.Node.Float("alpha", 1.702f)))];

    /// <summary>The kernel takes mean and inverse deviation, which are further outputs of the op.</summary>
    public static Partial?[]? LayerNormalization(RuleContext c)
    {
        var dims = c.InputDims(0);
        var axis = RuleContext.Axis(c.Node.Int("axis", -1), dims.Length);
        if (!c.InputDims(1).AsSpan().SequenceEqual(dims.AsSpan((int)axis))
            || c.OutputGradients.Skip(1).Any(gradient => gradient is not null)) return null;
        foreach (var (which, hint) in ((int, string)[])[(1, "Mean"), (2, "InverseDeviation")])
            c.EnsureOutput(which, hint);
        return Wanted(c, c.Graph.Node(Microsoft, "LayerNormalizationGrad",
            [c.Gradient, c.Input(0), c.Input(1), c.Output(1), c.Output(2)], 3, ("axis", axis)));
    }

    public static Partial?[]? Gather(RuleContext c)
    {
        if (!c.Wants(0)) return [];
        return [Op(c, "GatherGrad", [Shape(c), c.Input(1), c.Gradient], ("axis", c.Node.Int("axis", 0)))];
    }

    public static Partial?[]? GatherElements(RuleContext c) =>
        [Op(c, "GatherElementsGrad", [c.Gradient, Shape(c), c.Input(1)], ("axis", c.Node.Int("axis", 0)))];

    /// <summary>
    /// The inverse root, which the kernel takes, is the op's second output: nobody else may look at it.
    /// </summary>
    public static bool CoversSimplifiedLayerNormalization(RuleContext c) => !c.HasOutput(1)
        && c.InputDims(1).AsSpan()
            .SequenceEqual(c.InputDims(0).AsSpan((int)RuleContext.Axis(c.Node.Int("axis", -1), c.InputDims(0).Length)));

    public static Partial?[]? SimplifiedLayerNormalization(RuleContext c)
    {
        c.EnsureOutput(1, "InverseRoot");
        return Wanted(c, c.Graph.Node(Microsoft, "SimplifiedLayerNormalizationGrad",
            [c.Gradient, c.Input(0), c.Input(1), c.Output(1)], 2,
            ("axis", RuleContext.Axis(c.Node.Int("axis", -1), c.InputDims(0).Length))));
    }

    /// <summary>The kernel has no gradient of the classes' weights, and none from the logarithms.</summary>
    public static bool CoversSoftmaxCrossEntropy(RuleContext c) => !c.HasOutput(1) && !c.Wants(2);

    public static Partial?[]? SoftmaxCrossEntropy(RuleContext c)
    {
        c.EnsureOutput(1, "Logarithms");
        string[] own = ["ignore_index", "reduction"];
        string[] inputs =
            [c.Gradient, c.Output(1), c.Input(1), .. c.HasInput(2) ? [c.Input(2)] : Array.Empty<string>()];
        return [c.Graph.Node(Microsoft, "SoftmaxCrossEntropyLossGrad", inputs, 1, [.. Own(c, own)])[0]];
    }

    /// <summary>The kernel knows no steps backwards.</summary>
    public static Partial?[]? Slice(RuleContext c) =>
        c.HasInput(3) && c.HasInput(4) && c.InputInts(4).All(step => step > 0)
            ? [Op(c, "SliceGrad", [c.Gradient, Shape(c), c.Input(1), c.Input(2), c.Input(3), c.Input(4)])]
            : null;

    private static Partial?[] Wanted(RuleContext c, string[] outputs) =>
        [.. outputs.Select((name, i) => (Partial?)(c.Wants(i) ? name : null))];

    private static string Shape(RuleContext c) => c.Graph.Ints(c.InputDims(0));

    private static (string, object) Axis(RuleContext c) => ("axis", c.Node.Int("axis", -1));

    private static string Op(RuleContext c, string op, string[] inputs, params (string, object)[] attributes) =>
        c.Graph.Node(Microsoft, op, inputs, 1, attributes)[0];

    /// <summary>Kernels of ONNX's domain, which learn the shape of their output from the graph.</summary>
    private static string Pooled(RuleContext c, string op, string[] inputs)
    {
        string[] own = ["auto_pad", "count_include_pad", "kernel_shape", "pads", "strides"];
        var result = c.Graph.Node("", op, inputs, 1, [.. op == "MaxPoolGrad" ? [] : Own(c, own)])[0];
        c.Graph.Declare(result, c.InputDims(0));
        return result;
    }

    private static IEnumerable<(string, object)> Own(RuleContext c, string[] names) => c.Node.Attribute
        .Where(attribute => names.Contains(attribute.Name))
        .Select(attribute => (attribute.Name, attribute.Type switch
        {
            AttributeProto.Types.AttributeType.Ints => (object)attribute.Ints.ToArray(),
            AttributeProto.Types.AttributeType.Int => attribute.I,
            _ => attribute.S.ToStringUtf8(),
        }));
}
