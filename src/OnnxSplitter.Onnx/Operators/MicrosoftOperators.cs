namespace OnnxSplitter.Onnx.Operators;

/// <summary>Ops that ONNX Runtime adds to ONNX's (its docs/ContribOperators.md).</summary>
internal static class MicrosoftOperators
{
    private const string Domain = Operator.Microsoft;

    // Of the optimiser's own layouts, which it writes into a file that it is asked to save.
    private const string Blocked = "com.microsoft.nchwc";

    private const string Optimised = "ONNX Runtime's optimiser wrote it; the model as exported has none";

    public static IEnumerable<Operator> Rows =>
    [
        new("Attention", Domain) { Multiplied = [1], Added = [2] },
        new("BiasGelu", Domain) { Added = [1], Broadcasts = true },
        new("AveragePool", Blocked) { NoRule = Optimised },
        new("Conv", Blocked) { Multiplied = [1], Added = [2], NoRule = Optimised },
        new("GlobalAveragePool", Blocked) { NoRule = Optimised },
        new("GlobalMaxPool", Blocked) { NoRule = Optimised },
        new("MaxPool", Blocked) { NoRule = Optimised },
        new("ReorderInput", Blocked) { NoRule = Optimised },
        new("ReorderOutput", Blocked) { NoRule = Optimised },
        new("Upsample", Blocked) { NoRule = Optimised },
        new("DequantizeLinear", Domain) { Passes = PassThrough.Dequantized },
        new("DynamicQuantizeMatMul", Domain) { Added = [4], Quantized = [new(1, ZeroPoint: 3, Axis: -1)] },
        new("EmbedLayerNormalization", Domain)
        {
            Multiplied = [2, 3, 4, 5],
            Added = [6],
            PerChannel = [5, 6],
        },
        new("FastGelu", Domain) { Added = [1], Broadcasts = true },
        new("FusedConv", Domain) { Multiplied = [1], Added = [2] },
        new("FusedGemm", Domain) { Multiplied = [0, 1], Added = [2] },
        new("FusedMatMul", Domain) { Multiplied = [0, 1] },
        new("Gelu", Domain),
        new("GroupQueryAttention", Domain),
        new("MatMulIntegerToFloat", Domain) { Added = [6], Quantized = [new(1, ZeroPoint: 5, Axis: -1)] },
        new("MatMulNBits", Domain) { Added = [5], Packed = new(1, ZeroPoint: 3) },
        new("MultiHeadAttention", Domain) { Added = [3] },
        new("QLinearAdd", Domain),
        new("QLinearConcat", Domain),
        new("QLinearGlobalAveragePool", Domain),
        new("QLinearLeakyRelu", Domain),
        new("QLinearMul", Domain),
        new("QLinearSigmoid", Domain),
        new("QuantizeLinear", Domain) { Passes = PassThrough.Quantized },
        new("QuickGelu", Domain),
        new("RotaryEmbedding", Domain),
        new("SkipLayerNormalization", Domain) { Multiplied = [2], Added = [3, 4], PerChannel = [2, 3] },
        new("SkipSimplifiedLayerNormalization", Domain) { Multiplied = [2], Added = [3], PerChannel = [2] },
    ];
}
