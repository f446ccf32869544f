using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class StandardizationCases
{
    public static RuleCase[] All { get; } =
    [
        new("LayerNormalization", "last axis", [17], [Wide(2, 3, 4), X(4), X(4)]),
        new("LayerNormalization", "no bias", [17], [Wide(2, 3, 4), X(4)]),
        new("LayerNormalization", "two axes", [17], [Wide(2, 3, 4), X(3, 4), X(3, 4)], ("axis", 1L)),
        new("LayerNormalization", "scale broadcast", [17], [Wide(2, 3, 4), X(1), X(1)], ("axis", -2L),
            ("epsilon", 0.1f)),
        new("LayerNormalization", "mean and deviation unused", [17], [Wide(3, 4), X(4), X(4)])
        {
            Outputs = 3,
            Used = [0],
        },
        new("InstanceNormalization", "images", [11, 22], [Wide(2, 3, 3, 2), X(3), X(3)]),
        new("InstanceNormalization", "1-D, epsilon", [11], [Wide(2, 3, 4), X(3), X(3)], ("epsilon", 0.1f)),
        new("GroupNormalization", "two groups", [21], [Wide(2, 4, 3, 2), X(4), X(4)], ("num_groups", 2L)),
        new("GroupNormalization", "one group", [21], [Wide(2, 4, 3), X(4), X(4)], ("num_groups", 1L)),
    ];

    // The smaller the deviation, the more normalization bends.
    private static Operand Wide(params long[] dims) => Within(-4, 4, dims);
}
