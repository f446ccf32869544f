using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class NormalizationCases
{
    public static RuleCase[] All { get; } =
    [
        .. Exponentials("Softmax"),
        .. Exponentials("LogSoftmax"),

        new("BatchNormalization", "images", [11, 14, 15], Normalized(2, 3, 2, 2)),
        new("BatchNormalization", "large epsilon", [11, 15], Normalized(2, 3, 2, 2), ("epsilon", 0.3f)),
        new("BatchNormalization", "vectors", [11, 15], Normalized(4, 3)),
        new("BatchNormalization", "1-D", [11, 15], Normalized(2, 3, 4)),
        new("BatchNormalization", "3-D", [15], Normalized(2, 2, 2, 2, 2)),
        new("BatchNormalization", "said not to train", [14, 15], Normalized(2, 3, 2, 2), ("training_mode", 0L)),
    ];

    private static Operand[] Normalized(params long[] dims) =>
        [X(dims), X(dims[1]), X(dims[1]), X(dims[1]), Positive(dims[1])];

    // Up to opset 12 the axis began a flattened rest; since then it is one axis.
    private static RuleCase[] Exponentials(string op) =>
    [
        new(op, "no axis", [11, 13], [X(2, 3, 4)]),
        new(op, "axis 0", [11, 13], [X(2, 3, 4)], ("axis", 0L)),
        new(op, "axis 1", [11, 12, 13], [X(2, 3, 4)], ("axis", 1L)),
        new(op, "axis 2", [11, 13], [X(2, 3, 4)], ("axis", 2L)),
        new(op, "axis -1", [11, 13], [X(2, 3, 4)], ("axis", -1L)),
        new(op, "axis -2", [11, 13], [X(2, 3, 4)], ("axis", -2L)),
        new(op, "vector", [11, 13], [X(5)], ("axis", 0L)),
    ];
}
