using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

/// <summary>Ops that are differentiated by their definition, and single rules that came with them.</summary>
internal static class DefinedCases
{
    private const string Microsoft = "com.microsoft";

    public static RuleCase[] All { get; } =
    [
        new("Acos", "plain", [7, 22], [Within(-0.8f, 0.8f, 3, 4)]),
        new("Asin", "plain", [7, 22], [Within(-0.8f, 0.8f, 3, 4)]),
        new("Acosh", "plain", [9, 22], [Within(1.3f, 2.5f, 3, 4)]),
        new("Asinh", "plain", [9, 22], [X(3, 4)]),
        new("Atanh", "plain", [9, 22], [Within(-0.8f, 0.8f, 3, 4)]),
        new("Shrink", "plain", [9], [AwayFrom([-0.4f, 0.4f], 3, 4)], ("lambd", 0.4f), ("bias", 0.1f)),
        new("Mod", "remainder", [10, 13], [Within(2.1f, 2.9f, 3, 4), Within(0.95f, 1.0f, 4)], ("fmod", 1L)),
        new("CastLike", "plain", [15, 19], [X(3, 4), Floats([1], 1)]),

        new("LRN", "plain", [7, 13], [X(2, 5, 3, 2)], ("size", 3L), ("alpha", 0.3f), ("beta", 0.6f), ("bias", 1.2f)),
        new("LpNormalization", "L2", [7, 22], [X(3, 4)], ("axis", 1L)),
        new("LpNormalization", "L1", [7], [AwayFrom([0], 3, 4)], ("axis", 0L), ("p", 1L)),
        new("MeanVarianceNormalization", "plain", [9, 13], [X(2, 3, 2, 3)]),
        new("GroupNormalization", "a scale for each group", [18], [X(2, 6, 3), X(3), X(3)], ("num_groups", 3L)),
        new("RMSNormalization", "plain", [23], [X(2, 3, 4), X(4)]),
        new("RMSNormalization", "two axes", [23], [X(2, 3, 4), X(3, 4)], ("axis", 1L), ("epsilon", 0.1f)),
        new("SimplifiedLayerNormalization", "plain", [17, 22], [X(2, 3, 4), X(4)], ("axis", -1L), ("epsilon", 0.01f),
            ("stash_type", 1L)),
        new("RotaryEmbedding", "with positions", [23],
            [X(2, 2, 3, 4), X(5, 2), X(5, 2), IntsOf([2, 3], 0, 1, 2, 2, 3, 4)]),
        new("RotaryEmbedding", "interleaved", [23], [X(2, 3, 8), X(2, 3, 2), X(2, 3, 2)], ("num_heads", 2L),
            ("interleaved", 1L)),

        new("RotaryEmbedding", "plain", [17], [X(2, 3, 8), IntsOf([1], 1), X(5, 2), X(5, 2)],
            ("num_heads", 2L)) { Domain = Microsoft },
        new("RotaryEmbedding", "heads, interleaved", [17],
            [X(2, 2, 3, 4), IntsOf([2, 3], 0, 1, 2, 2, 3, 4), X(5, 2), X(5, 2)], ("interleaved", 1L))
        {
            Domain = Microsoft,
        },
        new("FusedConv", "Relu", [13], [Positive(1, 3, 5, 5), Within(0.1f, 1, 4, 3, 3, 3), Positive(4)],
            ("activation", "Relu"))
        { Domain = Microsoft },
        new("FusedConv", "LeakyRelu, with a sum", [13],
            [Positive(1, 3, 5, 5), Within(0.1f, 1, 4, 3, 3, 3), Positive(4), Positive(1, 4, 3, 3)],
            ("activation", "LeakyRelu"), ("activation_params", (float[])[0.2f])) { Domain = Microsoft },
        new("FusedConv", "strides and Tanh", [13], [X(1, 3, 6, 6), X(4, 3, 3, 3)], ("activation", "Tanh"),
            ("strides", L(2, 2)),
            ("pads", L(1, 1, 1, 1))) { Domain = Microsoft },
        new("FusedGemm", "Sigmoid", [13], [X(3, 4), X(5, 4), X(5)], ("activation", "Sigmoid"),
            ("transB", 1L)) { Domain = Microsoft },
        new("FusedMatMul", "plain", [13], [X(2, 3, 4), X(2, 4, 5)], ("alpha", 0.7f)) { Domain = Microsoft },
        new("FusedMatMul", "transposed", [13], [X(2, 4, 3), X(2, 5, 4)], ("transA", 1L),
            ("transB", 1L)) { Domain = Microsoft },
        new("SkipLayerNormalization", "plain", [13], [X(2, 3, 8), X(2, 3, 8), X(8), X(8), X(8)],
            ("epsilon", 0.01f)) { Domain = Microsoft },
        new("SkipLayerNormalization", "the sum is looked at", [13], [X(2, 3, 8), X(2, 3, 8), X(8), X(8)],
            ("epsilon", 0.01f))
        { Domain = Microsoft, Outputs = 4, Used = [0, 3] },
        new("SkipSimplifiedLayerNormalization", "plain", [13], [X(2, 3, 8), X(2, 3, 8), X(8), X(8)], ("epsilon", 0.01f))
        { Domain = Microsoft },

        new("Attention", "heads", [23, 24], [X(2, 2, 3, 4), X(2, 2, 5, 4), X(2, 2, 5, 6)]),
        new("Attention", "packed, shared heads", [23], [X(2, 3, 16), X(2, 5, 8), X(2, 5, 8)], ("q_num_heads", 4L),
            ("kv_num_heads", 2L)),
        new("Attention", "scale and cap", [23], [X(2, 2, 3, 4), X(2, 2, 5, 4), X(2, 2, 5, 4)], ("scale", 0.9f),
            ("softcap", 1.5f)),
        new("Attention", "causal", [23, 24], [X(1, 2, 4, 4), X(1, 2, 4, 4), X(1, 2, 4, 4)], ("is_causal", 1L)),
        new("Attention", "mask of floats", [23, 24], [X(2, 2, 3, 4), X(2, 2, 5, 4), X(2, 2, 5, 4), X(3, 5)]),
        new("Attention", "mask of floats, cap", [24], [X(2, 2, 3, 4), X(2, 2, 5, 4), X(2, 2, 5, 4), X(3, 5)],
            ("softcap", 1.5f)),
        new("Attention", "mask", [23],
            [X(1, 2, 2, 4), X(1, 2, 3, 4), X(1, 2, 3, 4), Bools([1, 1, 2, 3], true, true, false, true, false, true)]),
        new("Attention", "a past, causal", [23],
            [X(2, 2, 3, 4), X(2, 2, 3, 4), X(2, 2, 3, 4), None, X(2, 2, 2, 4), X(2, 2, 2, 4)],
            ("is_causal", 1L)) { Outputs = 3 },
        new("GroupQueryAttention", "prompt", [13],
            [X(2, 3, 32), X(2, 3, 16), X(2, 3, 16), None, None, Int32s(2, 2), Int32s([], [3])],
            ("num_heads", 4L), ("kv_num_heads", 2L)) { Domain = Microsoft, Outputs = 3 },
        new("GroupQueryAttention", "packed, turned, capped, scaled", [13],
            [X(1, 3, 128), None, None, None, None, Int32s(2), Int32s([], [3]), X(5, 8), X(5, 8)],
            ("num_heads", 4L), ("kv_num_heads", 2L), ("do_rotary", 1L), ("softcap", 1.5f), ("scale", 0.6f))
        { Domain = Microsoft, Outputs = 3, Fixed = [7, 8] },
        new("GroupQueryAttention", "a past of two lengths, window", [13],
            [X(2, 1, 32), X(2, 1, 16), X(2, 1, 16), X(2, 1, 4, 16), X(2, 1, 4, 16), Int32s(4, 2), Int32s([], [5])],
            ("num_heads", 2L), ("kv_num_heads", 1L), ("local_window_size", 3L))
        {
            Domain = Microsoft,
            Outputs = 3,
            Used = [0],
        },
        new("GroupQueryAttention", "a past, turned", [13],
            [X(1, 2, 32), X(1, 2, 16), X(1, 2, 16), X(1, 1, 3, 16), X(1, 1, 3, 16), Int32s(4), Int32s([], [5]), X(6, 8),
                X(6, 8)],
            ("num_heads", 2L), ("kv_num_heads", 1L), ("do_rotary", 1L), ("rotary_interleaved", 1L))
        { Domain = Microsoft, Outputs = 3, Fixed = [7, 8] },
        new("EmbedLayerNormalization", "positions and segments", [13],
            [Int32s([2, 3], [4, 0, 2, 1, 1, 3]), Int32s([2, 3], [0, 0, 1, 1, 1, 0]), X(5, 8), X(4, 8), X(2, 8),
                X(8), X(8)],
            ("epsilon", 0.01f)) { Domain = Microsoft, Outputs = 2, Used = [0] },
        new("EmbedLayerNormalization", "no segments, masked, the sum is looked at", [13],
            [Int32s([2, 3], [4, 0, 2, 1, 1, 3]), None, X(5, 8), X(4, 8), None, X(8), X(8),
                Int32s([2, 3], [1, 1, 0, 1, 1, 1])],
            ("epsilon", 0.01f)) { Domain = Microsoft, Outputs = 3, Used = [0, 2] },
        new("Attention", "plain", [13], [X(2, 3, 8), X(8, 24), X(24)], ("num_heads", 2L)) { Domain = Microsoft },
        new("Attention", "causal", [13], [X(2, 3, 8), X(8, 24), X(24)], ("num_heads", 2L),
            ("unidirectional", 1L)) { Domain = Microsoft },
        new("Attention", "masked", [13], [X(2, 3, 8), X(8, 24), X(24), Masked([2, 3], 1, 1, 0, 1, 1, 1)],
            ("num_heads", 2L))
        { Domain = Microsoft },
        new("Attention", "lengths", [13], [X(2, 3, 8), X(8, 24), X(24), Masked([2], 2, 3)],
            ("num_heads", 2L)) { Domain = Microsoft },
        new("Attention", "sizes", [13], [X(2, 3, 8), X(8, 20), X(20)], ("num_heads", 2L),
            ("qkv_hidden_sizes", L(8, 8, 4)))
        { Domain = Microsoft },
        new("MultiHeadAttention", "plain", [13], [X(2, 3, 8), X(2, 4, 8), X(2, 4, 8)],
            ("num_heads", 2L)) { Domain = Microsoft },
        new("MultiHeadAttention", "biases", [13],
            [X(2, 3, 8), X(2, 4, 8), X(2, 4, 8), X(24), None, X(1, 2, 3, 4)], ("num_heads", 2L),
                ("scale", 0.4f)) { Domain = Microsoft },
        new("MultiHeadAttention", "masked", [13],
            [X(2, 3, 8), X(2, 4, 8), X(2, 4, 8), None, Masked([2, 4], 1, 1, 0, 1, 1, 1, 1, 0)],
                ("num_heads", 2L)) { Domain = Microsoft },

        new("MatMulNBits", "4 bits", [17], [X(2, 3, 20), Bytes(2, 2, 8), Positive(4)],
            ("K", 20L), ("N", 2L), ("bits", 4L), ("block_size", 16L)) { Domain = Microsoft, Fixed = [2] },
        new("MatMulNBits", "4 bits, zero points", [17], [X(3, 32), Bytes(2, 2, 8), Positive(4), Bytes(2)],
            ("K", 32L), ("N", 2L), ("bits", 4L), ("block_size", 16L)) { Domain = Microsoft, Fixed = [2] },
    ];

    private static Operand Masked(long[] dims, params int[] values) => Int32s(dims, values);

    private static Operand Bytes(params long[] dims)
    {
        byte[] values =
            [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (p, d) => p * d)).Select(i => (byte)(37 * i + 11))];
        return new(dims, Constant: new global::Onnx.TensorProto
        {
            DataType = (int)global::Onnx.TensorProto.Types.DataType.Uint8,
            Dims = { dims },
            RawData = Google.Protobuf.ByteString.CopyFrom(values),
        });
    }
}
