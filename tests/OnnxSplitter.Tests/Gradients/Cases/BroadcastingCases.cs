using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

/// <summary>Ops that repeat their operands, each with every way of repeating.</summary>
internal static class BroadcastingCases
{
    private static readonly (string Variant, long[] A, long[] B)[] Shapes =
    [
        ("same shape", [2, 3], [2, 3]),
        ("row on the right", [2, 3], [3]),
        ("row on the left", [3], [2, 3]),
        ("column on the right", [2, 3], [2, 1]),
        ("column on the left", [2, 1], [2, 3]),
        ("scalar on the right", [2, 3], []),
        ("scalar on the left", [], [2, 3]),
        ("two scalars", [], []),
        ("both sides", [2, 1, 4], [3, 1]),
        ("both sides, two ranks apart", [3, 1], [2, 1, 3, 4]),
        ("ones in front", [1, 1, 3], [2, 3]),
        ("one element", [1], [1, 1]),
    ];

    private static readonly long[] Opsets = [11, 13];

    public static RuleCase[] All { get; } =
    [
        .. Shapes.Select(s => new RuleCase("Add", s.Variant, Opsets, [X(s.A), X(s.B)])),
        .. Shapes.Select(s => new RuleCase("Sub", s.Variant, Opsets, [X(s.A), X(s.B)])),
        .. Shapes.Select(s => new RuleCase("Mul", s.Variant, Opsets, [X(s.A), X(s.B)])),
        .. Shapes.Select(s => new RuleCase("Div", s.Variant, Opsets, [X(s.A), Positive(s.B)])),
        .. Shapes.Select(s => new RuleCase("Pow", s.Variant, Opsets, [Positive(s.A), Within(-1, 3, s.B)])),
        .. Shapes.Select(s => new RuleCase("Sum", s.Variant, Opsets, [X(s.A), X(s.B)])),
        .. Shapes.Select(s => new RuleCase("Mean", s.Variant, Opsets, [X(s.A), X(s.B)])),
        new("Sum", "of three", [13], [X(2, 3), X(3), X()]),
        new("Pow", "square of either sign", [11, 13], [AwayFrom([0], 2, 3), Floats([], 2)]),
        new("Pow", "first power at zero", [11], [Within(0, 0, 2), Floats([], 1)]),
        new("Pow", "exponents of zero and two", [11], [Floats([2], 0, 2), Positive(3, 1)]),
        new("Pow", "integer exponent", [12, 13], [AwayFrom([0], 2, 3), IntsOf([], 3)]),
        new("Div", "negative divisor", [11], [X(2, 3), Within(-2, -0.6f, 3)]),

        .. Shapes.Select(s => new RuleCase("Where", s.Variant, Opsets,
            [Bools([3, 1], true, false, true), X(Rank3(s.A)), X(Rank3(s.B))])),
        new("Where", "condition of the largest shape", [11, 16],
            [Bools([2, 3], true, false, false, true, true, false), X(3), X(2, 1)]),
        new("Where", "condition a scalar", [11], [Bools([], true), X(3), Floats([2, 1], 5, 6)]),

        new("Expand", "row", [11, 13], [X(3), Ints(2, 3)]),
        new("Expand", "column", [11, 13], [X(3, 1), Ints(2, 1, 4)]),
        new("Expand", "scalar", [11], [X(), Ints(2, 3)]),
        new("Expand", "target smaller than the data", [11], [X(3, 4), Ints(1)]),
        new("Expand", "nothing to repeat", [11], [X(2, 3), Ints(2, 3)]),
    ];

    // The condition [3, 1] must be able to join.
    private static long[] Rank3(long[] dims) => dims is [2, .. var rest] && dims.Length == 2 ? [2, 1, .. rest] : dims;
}
