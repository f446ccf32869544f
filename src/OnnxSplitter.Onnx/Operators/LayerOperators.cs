namespace OnnxSplitter.Onnx.Operators;

/// <summary>
/// Layers of ONNX's own: matrix products, convolutions, recurrent and attention layers, normalisations, losses.
/// </summary>
internal static class LayerOperators
{
    /// <remarks>The variance of BatchNormalization is no weight here: below zero it has no root.</remarks>
    public static IEnumerable<Operator> Rows =>
    [
        new("Attention") { Since = 23 },
        new("BatchNormalization") { Multiplied = [1], Added = [2, 3], PerChannel = [1, 2, 3, 4] },
        new("CausalConvWithState") { NoRule = OtherOperators.NotWritten },
        new("Conv") { Multiplied = [1], Added = [2], Linear = LinearForm.Convolution },
        new("ConvTranspose") { Multiplied = [1], Added = [2], Linear = LinearForm.TransposedConvolution },
        new("DeformConv")
        {
            Multiplied = [1],
            Added = [3],
            NoRule = "sampling at offsets that a layer computes is not written out for it",
        },
        new("Det") { NoRule = OtherOperators.NotWritten },
        new("Einsum") { Multiplied = [0, 1] },
        new("GRU") { Multiplied = [1, 2], Added = [3] },
        new("Gemm") { Multiplied = [0, 1], Added = [2], Linear = LinearForm.MatrixProduct },
        new("GroupNormalization") { Multiplied = [1], Added = [2], PerChannel = [1, 2] },
        new("InstanceNormalization") { Multiplied = [1], Added = [2], PerChannel = [1, 2] },
        new("LRN"),
        new("LSTM") { Multiplied = [1, 2], Added = [3] },
        new("LayerNormalization") { Multiplied = [1], Added = [2], PerChannel = [1, 2] },
        new("LinearAttention") { NoRule = OtherOperators.NotWritten },
        new("LpNormalization"),
        new("MatMul") { Multiplied = [0, 1], Linear = LinearForm.MatrixProduct },
        new("MeanVarianceNormalization"),
        new("NegativeLogLikelihoodLoss"),
        new("RMSNormalization") { Multiplied = [1], PerChannel = [1], Since = 23 },
        new("RNN") { Multiplied = [1, 2], Added = [3] },
        new("RotaryEmbedding") { Since = 23 },

        // ONNX Runtime's optimiser writes this one into ONNX's domain.
        new("SimplifiedLayerNormalization") { Multiplied = [1], PerChannel = [1] },
        new("SoftmaxCrossEntropyLoss"),
    ];
}
