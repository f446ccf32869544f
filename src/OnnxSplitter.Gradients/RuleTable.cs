using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Definitions;
using OnnxSplitter.Gradients.Rules;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Gradients;

/// <summary>
/// How gradients of ops are written: the functions that belong to the rows of <see cref="OperatorTable"/>. All else
/// that is known of an op stands there, also why it has no function here.
/// </summary>
internal static class RuleTable
{
    public static IReadOnlyList<RuleRow> Rows { get; } =
    [
        new("Abs", ElementwiseRules.Abs),
        new("Acos", ElementwiseRules.Acos),
        new("Acosh", ElementwiseRules.Acosh),
        new("Add", ElementwiseRules.Add),
        new("Asin", ElementwiseRules.Asin),
        new("Asinh", ElementwiseRules.Asinh),
        new("Atan", ElementwiseRules.Atan),
        new("Atanh", ElementwiseRules.Atanh),
        new("Attention", Define: StandardAttention.Define),
        new("AveragePool", PoolingRules.AveragePool, Training: TrainingRules.AveragePool),
        new("BatchNormalization", NormalizationRules.BatchNormalization),
        new("Cast", ShapeRules.Cast),
        new("CastLike", ShapeRules.Cast),
        new("Celu", ActivationRules.Celu),
        new("CenterCropPad", ArrangementRules.CenterCropPad),
        new("Clip", ElementwiseRules.Clip),
        new("Compress", ScatterRules.Compress),
        new("Concat", ShapeRules.Concat),
        new("Conv", ConvolutionRules.Conv, Training: TrainingRules.Conv),
        new("ConvInteger", Define: QuantizedDefinitions.ConvInteger),
        new("ConvTranspose", TransposedConvolutionRule.ConvTranspose),
        new("Cos", ElementwiseRules.Cos),
        new("Cosh", ElementwiseRules.Cosh),
        new("CumSum", ArrangementRules.CumSum),
        new("DepthToSpace", ArrangementRules.DepthToSpace),
        new("DequantizeLinear", QuantizationRules.Dequantize),
        new("Div", ElementwiseRules.Div),
        new("Dropout", ShapeRules.Dropout),
        new("DynamicQuantizeLinear", QuantizationRules.DynamicallyQuantize),
        new("Einsum", EinsumRule.Einsum),
        new("Elu", ActivationRules.Elu),
        new("Erf", ElementwiseRules.Erf),
        new("Exp", ElementwiseRules.Exp),
        new("Expand", ShapeRules.Expand),
        new("Flatten", ShapeRules.SameOrder),
        new("GRU", Define: RecurrentDefinitions.Gru, Training: RecurrentTraining.Gru, Covers: RecurrentTraining.Covers),
        new("Gather", IndexingRules.Gather, Training: TrainingRules.Gather),
        new("GatherElements", ScatterRules.GatherElements, Training: TrainingRules.GatherElements),
        new("GatherND", ScatterRules.GatherND),
        new("Gelu", GeluRules.Gelu, Training: TrainingRules.Gelu),
        new("Gemm", LinearRules.Gemm),
        new("GlobalAveragePool", PoolingRules.GlobalAveragePool),
        new("GlobalMaxPool", ExtremeRules.GlobalMaxPool),
        new("GlobalLpPool", Define: PoolingDefinitions.GlobalLp),
        new("GridSample", Define: SamplingDefinitions.Grid),
        new("GroupNormalization", StandardizationRules.Group, Define: NormalizationDefinitions.GroupOfOldForm),
        new("HardSigmoid", ActivationRules.HardSigmoid),
        new("HardSwish", ActivationRules.HardSwish),
        new("Identity", ShapeRules.Identity),
        new("InstanceNormalization", StandardizationRules.Instance),
        new("LRN", Define: NormalizationDefinitions.LocalResponse),
        new("LSTM", Define: RecurrentDefinitions.Lstm, Training: RecurrentTraining.Lstm,
            Covers: RecurrentTraining.Covers),
        new("LayerNormalization", StandardizationRules.Layer, Training: TrainingRules.LayerNormalization),
        new("LeakyRelu", ActivationRules.LeakyRelu, Training: TrainingRules.LeakyRelu),
        new("Log", ElementwiseRules.Log),
        new("LogSoftmax", NormalizationRules.LogSoftmax, Training: TrainingRules.LogSoftmax),
        new("LpNormalization", Define: NormalizationDefinitions.LpNormalization),
        new("LpPool", Define: PoolingDefinitions.Lp),
        new("MatMul", LinearRules.MatMul),
        new("MatMulInteger", Define: QuantizedDefinitions.MatMulInteger),
        new("Max", ExtremeRules.Elementwise),
        new("MaxPool", PoolingRules.MaxPool, Training: TrainingRules.MaxPool),
        new("MaxUnpool", PoolingRules.MaxUnpool),
        new("Mean", ElementwiseRules.Mean),
        new("MeanVarianceNormalization", Define: NormalizationDefinitions.MeanVariance),
        new("Min", ExtremeRules.Elementwise),
        new("Mish", ActivationRules.Mish),
        new("Mod", ElementwiseRules.Mod),
        new("Mul", ElementwiseRules.Mul),
        new("Neg", ElementwiseRules.Neg),
        new("NegativeLogLikelihoodLoss", Define: LossDefinitions.NegativeLogLikelihood),
        new("PRelu", ActivationRules.PRelu),
        new("Pad", ArrangementRules.Pad, Define: PadDefinition.Pad),
        new("Pow", ElementwiseRules.Pow),
        new("QLinearConv", Define: QuantizedDefinitions.Conv),
        new("QLinearMatMul", Define: QuantizedDefinitions.MatMul),
        new("QuantizeLinear", QuantizationRules.Quantize),
        new("RMSNormalization", Define: NormalizationDefinitions.RootMeanSquare),
        new("RNN", Define: RecurrentDefinitions.Rnn),
        new("Reciprocal", ElementwiseRules.Reciprocal),
        new("ReduceL1", ReductionRules.L1),
        new("ReduceL2", ReductionRules.L2),
        new("ReduceLogSum", ReductionRules.LogSum),
        new("ReduceLogSumExp", ReductionRules.LogSumExp),
        new("ReduceMax", ExtremeRules.Reduced),
        new("ReduceMean", ReductionRules.Mean),
        new("ReduceMin", ExtremeRules.Reduced),
        new("ReduceProd", ReductionRules.Prod),
        new("ReduceSum", ReductionRules.Sum),
        new("ReduceSumSquare", ReductionRules.SumSquare),
        new("Relu", ElementwiseRules.Relu, Training: TrainingRules.Relu),
        new("Reshape", ShapeRules.SameOrder),
        new("Resize", ResizeRule.Resize),
        new("ReverseSequence", ArrangementRules.ReverseSequence),
        new("RoiAlign", Define: SamplingDefinitions.RegionAlign),
        new("RotaryEmbedding", Define: RotaryDefinition.Standard),
        new("ScatterElements", ScatterRules.ScatterElements),
        new("ScatterND", ScatterRules.ScatterND),
        new("Selu", ActivationRules.Selu),
        new("Shrink", ElementwiseRules.Shrink),
        new("Sigmoid", ElementwiseRules.Sigmoid, Training: TrainingRules.Sigmoid),
        new("SimplifiedLayerNormalization", Define: NormalizationDefinitions.RootMeanSquare,
            Training: TrainingRules.SimplifiedLayerNormalization,
            Covers: TrainingRules.CoversSimplifiedLayerNormalization),
        new("Sin", ElementwiseRules.Sin),
        new("Sinh", ElementwiseRules.Sinh),
        new("Slice", ShapeRules.Slice, Training: TrainingRules.Slice),
        new("Softmax", NormalizationRules.Softmax, Training: TrainingRules.Softmax),
        new("SoftmaxCrossEntropyLoss", Define: LossDefinitions.SoftmaxCrossEntropy,
            Training: TrainingRules.SoftmaxCrossEntropy, Covers: TrainingRules.CoversSoftmaxCrossEntropy),
        new("Softplus", ActivationRules.Softplus),
        new("Softsign", ActivationRules.Softsign),
        new("SpaceToDepth", ArrangementRules.SpaceToDepth),
        new("Split", ShapeRules.Split),
        new("Sqrt", ElementwiseRules.Sqrt),
        new("Squeeze", ShapeRules.SameOrder),
        new("Sub", ElementwiseRules.Sub),
        new("Sum", ElementwiseRules.Sum),
        new("Swish", GeluRules.Swish),
        new("Tan", ElementwiseRules.Tan),
        new("Tanh", ElementwiseRules.Tanh, Training: TrainingRules.Tanh),
        new("ThresholdedRelu", ActivationRules.ThresholdedRelu),
        new("Tile", ArrangementRules.Tile),
        new("TopK", ScatterRules.TopK),
        new("Transpose", ShapeRules.Transpose),
        new("Trilu", ArrangementRules.Trilu),
        new("Unsqueeze", ShapeRules.SameOrder),
        new("Where", ElementwiseRules.Where),

        new("Attention", Domain: Operator.Microsoft, Define: AttentionDefinitions.Attention),
        new("BiasGelu", GeluRules.WithBias, Domain: Operator.Microsoft, Training: TrainingRules.GeluWithBias),
        new("DequantizeLinear", QuantizationRules.Dequantize, Domain: Operator.Microsoft),
        new("DynamicQuantizeMatMul", Domain: Operator.Microsoft, Define: QuantizedDefinitions.DynamicQuantizeMatMul),
        new("EmbedLayerNormalization", Domain: Operator.Microsoft, Define: EmbeddingDefinition.Layer),
        new("FastGelu", GeluRules.Fast, Domain: Operator.Microsoft, Training: TrainingRules.FastGelu),
        new("FusedConv", Domain: Operator.Microsoft, Define: FusedDefinitions.Conv),
        new("FusedGemm", Domain: Operator.Microsoft, Define: FusedDefinitions.Gemm),
        new("FusedMatMul", Domain: Operator.Microsoft, Define: FusedDefinitions.MatMul),
        new("Gelu", GeluRules.Gelu, Domain: Operator.Microsoft, Training: TrainingRules.Gelu),
        new("GroupQueryAttention", Domain: Operator.Microsoft, Define: GroupQueryAttention.Define),
        new("MatMulIntegerToFloat", Domain: Operator.Microsoft, Define: QuantizedDefinitions.MatMulIntegerToFloat),
        new("MatMulNBits", PackedMatrixRule.MatMulNBits, Domain: Operator.Microsoft),
        new("MultiHeadAttention", Domain: Operator.Microsoft, Define: AttentionDefinitions.MultiHead),
        new("QLinearAdd", Domain: Operator.Microsoft, Define: QuantizedDefinitions.Add),
        new("QLinearConcat", Domain: Operator.Microsoft, Define: QuantizedDefinitions.Concat),
        new("QLinearGlobalAveragePool", Domain: Operator.Microsoft, Define: QuantizedDefinitions.GlobalAveragePool),
        new("QLinearLeakyRelu", Domain: Operator.Microsoft, Define: QuantizedDefinitions.LeakyRelu),
        new("QLinearMul", Domain: Operator.Microsoft, Define: QuantizedDefinitions.Mul),
        new("QLinearSigmoid", Domain: Operator.Microsoft, Define: QuantizedDefinitions.Sigmoid),
        new("QuantizeLinear", QuantizationRules.Quantize, Domain: Operator.Microsoft),
        new("QuickGelu", GeluRules.Quick, Domain: Operator.Microsoft, Training: TrainingRules.QuickGelu),
        new("RotaryEmbedding", Domain: Operator.Microsoft, Define: RotaryDefinition.Contrib),
        new("SkipLayerNormalization", Domain: Operator.Microsoft, Define: NormalizationDefinitions.SkipLayer),
        new("SkipSimplifiedLayerNormalization", Domain: Operator.Microsoft,
            Define: NormalizationDefinitions.SkipSimplified),

        new("ArrayFeatureExtractor", Domain: Operator.Classical, Define: ClassicalDefinitions.ArrayFeatureExtractor),
        new("FeatureVectorizer", Domain: Operator.Classical, Define: ClassicalDefinitions.FeatureVectorizer),
        new("Normalizer", Domain: Operator.Classical, Define: ClassicalDefinitions.Normalizer),
    ];

    private static readonly Dictionary<Operator, RuleRow> ByOperator = Rows.ToDictionary(row => row.Operator);

    /// <summary>
    /// Whether a node's op is known to have no derivative, or is a custom one, of whose derivative nothing is known:
    /// what lies before it is left alone, unless its gradient may be estimated.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="options">How the gradient is taken.</param>
    public static bool StopsGradients(NodeProto node, GradientOptions options) =>
        OperatorTable.Find(node)?.NoDerivative is not null
        || (!options.EstimateGradient && OperatorTable.IsCustom(node));

    /// <summary>Why no gradient passes a node, whatever its use of the op; null if one may.</summary>
    /// <param name="node">The node.</param>
    /// <param name="graph">Knows the operator sets of its graph.</param>
    public static string? BlockingNode(NodeProto node, GraphBuilder graph) =>
        OperatorTable.Find(node) is { NoDerivative: { } why }
        ? $"{RuleContext.Describe(node, graph.OpsetOf(node.Domain))} has no derivative: {why}"
        : Find(node, graph.Opset) is null
            ? RuleContext.Describe(node, graph.OpsetOf(node.Domain)) + " has no gradient rule"
                + (OperatorTable.Find(node)?.NoRule is { } reason ? $": {reason}"
                    : OperatorTable.IsCustom(node) ? ": it is a custom op" : "")
            : null;

    /// <summary>The row of a node, or null.</summary>
    public static RuleRow? Find(NodeProto node, long opset) =>
        OperatorTable.Find(node) is { } op && op.Since <= opset ? ByOperator.GetValueOrDefault(op) : null;

    /// <summary>Says of a node that it has no row: names op, domain, opset and node.</summary>
    public static GradientException Missing(NodeProto node, GraphBuilder graph) => new(
        $"{BlockingNode(node, graph)}.",
        "Allow an estimate with EstimateGradient, use Strategy random, or export the model without this op.");
}
