using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class ExtremeCases
{
    public static RuleCase[] All { get; } =
    [
        .. new[] { "Max", "Min" }.SelectMany(op => (RuleCase[])[
            new(op, "against a constant", [11, 12, 13], [AwayFrom([0.2f], 3, 4), Floats([], 0.2f)]),
            new(op, "of three, broadcast", [11, 13],
                [AwayFrom([-0.3f, 0.3f], 2, 3), Floats([3, 1, 1], -0.3f, 0.3f, 0.3f),
                    Floats([], op == "Max" ? -0.3f : 0.3f)]),
            new(op, "of one", [13], [X(2, 3)]),
        ]),
        .. new[] { "ReduceMax", "ReduceMin" }.SelectMany(op => (RuleCase[])[
            new(op, "all axes", [11, 13, 18], [Distinct(2, 3, 4)]),
            new(op, "axis an attribute", [11, 13], [Distinct(2, 3, 4)], ("axes", L(-2)), ("keepdims", 0L)),
            new(op, "axis an input", [18, 20], [Distinct(2, 3, 4), Ints(1)], ("keepdims", 0L)),
            new(op, "two axes kept", [18], [Distinct(2, 3, 4), Ints(0, 2)]),
            new(op, "left alone", [18], [Distinct(2, 3)], ("noop_with_empty_axes", 1L)),
        ]),
        new("GlobalMaxPool", "images", [11, 22], [Distinct(2, 3, 3, 2)]),
        new("GlobalMaxPool", "1-D", [11], [Distinct(2, 3, 4)]),
    ];
}
