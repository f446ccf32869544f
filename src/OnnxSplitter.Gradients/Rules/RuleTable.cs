using Onnx;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>One row per op. A row without a rule lists an op that has no derivative: it stops gradients on purpose.</summary>
internal static class RuleTable
{
    public static IReadOnlyList<RuleRow> Rows { get; } =
    [
        new("Add", ElementwiseRules.Add, Broadcasts: true),
        new("AveragePool", PoolingRules.AveragePool),
        new("BatchNormalization", NormalizationRules.BatchNormalization),
        new("Cast", ShapeRules.Cast),
        new("Clip", ElementwiseRules.Clip),
        new("Concat", ShapeRules.Concat),
        new("Conv", ConvolutionRules.Conv),
        new("Div", ElementwiseRules.Div, Broadcasts: true),
        new("Dropout", ShapeRules.Identity, Until: 11),
        new("Dropout", ShapeRules.Dropout, Since: 12),
        new("Erf", ElementwiseRules.Erf),
        new("Exp", ElementwiseRules.Exp),
        new("Expand", ShapeRules.Expand, Broadcasts: true),
        new("Flatten", ShapeRules.SameOrder),
        new("Gather", IndexingRules.Gather),
        new("Gemm", LinearRules.Gemm),
        new("GlobalAveragePool", PoolingRules.GlobalAveragePool),
        new("Identity", ShapeRules.Identity),
        new("Log", ElementwiseRules.Log),
        new("LogSoftmax", NormalizationRules.LogSoftmax),
        new("MatMul", LinearRules.MatMul),
        new("MaxPool", PoolingRules.MaxPool),
        new("Mul", ElementwiseRules.Mul, Broadcasts: true),
        new("Neg", ElementwiseRules.Neg),
        new("Pow", ElementwiseRules.Pow, Broadcasts: true),
        new("ReduceMean", ReductionRules.Mean),
        new("ReduceSum", ReductionRules.Sum),
        new("Relu", ElementwiseRules.Relu),
        new("Reshape", ShapeRules.SameOrder),
        new("Sigmoid", ElementwiseRules.Sigmoid),
        new("Slice", ShapeRules.Slice),
        new("Softmax", NormalizationRules.Softmax),
        new("Split", ShapeRules.Split),
        new("Sqrt", ElementwiseRules.Sqrt),
        new("Squeeze", ShapeRules.SameOrder),
        new("Sub", ElementwiseRules.Sub, Broadcasts: true),
        new("Tanh", ElementwiseRules.Tanh),
        new("Transpose", ShapeRules.Transpose),
        new("Unsqueeze", ShapeRules.SameOrder),
        new("Where", ElementwiseRules.Where, Broadcasts: true),

        new("And", null),
        new("ArgMax", null),
        new("ArgMin", null),
        new("Constant", null),
        new("ConstantOfShape", null),
        new("Equal", null),
        new("Greater", null),
        new("GreaterOrEqual", null),
        new("Less", null),
        new("LessOrEqual", null),
        new("Not", null),
        new("OneHot", null),
        new("Or", null),
        new("Range", null),
        new("Shape", null),
        new("Size", null),
    ];

    private static readonly ILookup<string, RuleRow> ByOp = Rows.ToLookup(row => row.Op, StringComparer.Ordinal);

    /// <summary>Whether the table lists the op as having no derivative.</summary>
    public static bool StopsGradients(NodeProto node) =>
        node.Domain is "" or "ai.onnx" && ByOp[node.OpType].Any(row => row.Apply is null);

    /// <summary>The row of a node.</summary>
    /// <exception cref="GradientException">There is none: names op, domain, opset and node.</exception>
    public static RuleRow Find(NodeProto node, long opset) =>
        (node.Domain is "" or "ai.onnx"
            ? ByOp[node.OpType].FirstOrDefault(row => row.Since <= opset && opset <= row.Until)
            : null)
        ?? throw new GradientException(
            $"{RuleContext.Describe(node, opset)} has no gradient rule.",
            "Use --strategy random, or export the model without this op.");
}
