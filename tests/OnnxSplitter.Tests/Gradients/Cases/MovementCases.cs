using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class MovementCases
{
    public static RuleCase[] All { get; } =
    [
        new("Concat", "axis 0", [11, 13], [X(2, 3), X(1, 3), X(3, 3)], ("axis", 0L)),
        new("Concat", "last axis", [11], [X(2, 3), X(2, 1)], ("axis", -1L)),
        new("Concat", "with a constant between", [11], [X(2, 1), Floats([2, 2], 1, 2, 3, 4), X(2, 3)], ("axis", 1L)),
        new("Concat", "one part", [11], [X(2, 3)], ("axis", 1L)),

        new("Flatten", "no axis", [11, 13], [X(2, 3, 2)]),
        new("Flatten", "axis 0", [11], [X(2, 3, 2)], ("axis", 0L)),
        new("Flatten", "axis 1", [11], [X(2, 3, 2)], ("axis", 1L)),
        new("Flatten", "axis 2", [11], [X(2, 3, 2)], ("axis", 2L)),
        new("Flatten", "negative axis", [11], [X(2, 3, 2)], ("axis", -1L)),

        new("Reshape", "plain", [11, 13, 14], [X(2, 6), Ints(3, 4)]),
        new("Reshape", "kept and inferred sizes", [11], [X(2, 3, 4), Ints(0, -1)]),
        new("Reshape", "to a scalar", [11], [X(1, 1), Ints()]),

        new("Squeeze", "no axes", [11, 13], [X(1, 3, 1, 2)]),
        new("Squeeze", "axes an attribute", [11], [X(1, 3, 1, 2)], ("axes", L(0, -2))),
        new("Squeeze", "axes an input", [13, 21], [X(1, 3, 1, 2), Ints(0, -2)]),
        new("Unsqueeze", "axes an attribute", [11], [X(3, 2)], ("axes", L(0, -2))),
        new("Unsqueeze", "axes an input", [13, 21], [X(3, 2), Ints(0, -2)]),
        new("Unsqueeze", "scalar", [13], [X(), Ints(0)]),

        new("Transpose", "no perm", [11, 13], [X(2, 3, 4)]),
        new("Transpose", "two axes", [11], [X(2, 3, 4)], ("perm", L(1, 0, 2))),
        new("Transpose", "cycle", [11, 13], [X(2, 3, 4)], ("perm", L(2, 0, 1))),
        new("Transpose", "longer cycle", [11], [X(2, 3, 1, 4)], ("perm", L(3, 0, 1, 2))),

        new("Split", "uneven", [11], [X(2, 6)], ("axis", 1L), ("split", L(1, 3, 2))) { Outputs = 3 },
        new("Split", "uneven", [13, 18], [X(2, 6), Ints(1, 3, 2)], ("axis", 1L)) { Outputs = 3 },
        new("Split", "even", [11, 13], [X(6, 2)]) { Outputs = 3 },
        new("Split", "even, counted", [18], [X(6, 2)], ("num_outputs", 3L)) { Outputs = 3 },
        new("Split", "smaller last part", [18], [X(2, 7)], ("num_outputs", 3L), ("axis", -1L)) { Outputs = 3 },
        new("Split", "middle unused", [11], [X(2, 6)], ("axis", -1L), ("split", L(1, 3, 2)))
            { Outputs = 3, Used = [0, 2] },
        new("Split", "middle unused", [13], [X(2, 6), Ints(1, 3, 2)], ("axis", 1L)) { Outputs = 3, Used = [0, 2] },
        new("Split", "first unused", [18], [X(2, 7)], ("num_outputs", 3L), ("axis", 1L))
            { Outputs = 3, Used = [1, 2] },
    ];
}
