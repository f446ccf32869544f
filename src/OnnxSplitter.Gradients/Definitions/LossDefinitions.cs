using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>Losses that a model exported for training computes itself.</summary>
internal static class LossDefinitions
{
    /// <summary>
    /// -x[label] * weight[label], reduced; mean divides by the sum of these weights. Scores [N, C, ...], labels [N,
    /// ...] (ONNX NegativeLogLikelihoodLoss-13).
    /// </summary>
    public static string?[] NegativeLogLikelihood(RuleContext c) => [Loss(c, c.Input(0))];

    /// <summary>
    /// The same of the logarithms of a softmax, which are the second output (ONNX SoftmaxCrossEntropyLoss-13).
    /// </summary>
    public static string?[] SoftmaxCrossEntropy(RuleContext c)
    {
        var logarithms = c.Graph.Op("LogSoftmax", [c.Input(0)], ("axis", 1L));
        return [Loss(c, logarithms), logarithms];
    }

    private static string Loss(RuleContext c, string logarithms)
    {
        var g = c.Graph;
        var dims = c.InputDims(1);
        var (labels, counts) = Labels(c);
        var column = g.Op("Unsqueeze", [labels, g.Ints(1)]);
        var own = g.Reshape(g.Op("GatherElements", [logarithms, column], ("axis", 1L)), dims);
        var weights = c.HasInput(2) ? g.Op("Gather", [c.Input(2), labels]) : null;
        if (counts is not null) weights = weights is null ? counts : g.Mul(weights, counts);
        var losses = g.Op("Neg", [weights is null ? own : g.Mul(own, weights)]);
        var axes = RuleContext.AxisRange(0, dims.Length);
        return c.Node.Text("reduction", "mean") switch
        {
            "none" => losses,
            "sum" => g.ReduceSum(losses, axes, keepDims: false),
            _ => g.Div(g.ReduceSum(losses, axes, keepDims: false), weights is null
                ? g.Scalar(dims.Aggregate(1L, (product, dim) => product * dim))
                : g.ReduceSum(weights, axes, keepDims: false)),
        };
    }

    /// <summary>
    /// Labels that are all classes, and 0 for those that are to be ignored and 1 for the others, if any may be.
    /// </summary>
    private static (string Labels, string? Counts) Labels(RuleContext c)
    {
        var g = c.Graph;
        var labels = g.Op("Cast", [c.Input(1)], ("to", (long)Type.Int64));
        if (c.Node.Find("ignore_index") is not { I: var ignored }) return (labels, null);
        var isIgnored = g.Op("Equal", [labels, g.Indices([ignored])]);
        return (g.Op("Where", [isIgnored, g.Indices([0]), labels]), g.AsFloats(g.Op("Not", [isIgnored])));
    }
}
