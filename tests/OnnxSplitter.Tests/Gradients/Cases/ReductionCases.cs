using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class ReductionCases
{
    public static RuleCase[] All { get; } =
    [
        .. Reductions("ReduceSum", attribute: [11], input: [13, 18]),
        .. Reductions("ReduceMean", attribute: [11, 13], input: [18]),
        .. new[] { "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceProd", "ReduceSumSquare" }
            .SelectMany(op => (RuleCase[])[
                new(op, "all axes", [11, 13, 18], [Positive(2, 3)]),
                new(op, "axis an attribute", [11, 13], [Positive(2, 3, 4)], ("axes", L(-2)), ("keepdims", 0L)),
                new(op, "axes an input", [18], [Positive(2, 3, 4), Ints(0, 2)], ("keepdims", 0L)),
            ]),
        .. new[] { "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceProd", "ReduceSumSquare" }
            .Select(op =>
                new RuleCase(op, "no axes leave it alone", [18], [Positive(2, 3)], ("noop_with_empty_axes", 1L))),
        new("ReduceL1", "either sign", [13], [AwayFrom([0], 3, 4)], ("axes", L(1))),
        new("ReduceL2", "either sign", [13], [X(3, 4)], ("axes", L(1))),
        new("ReduceProd", "either sign", [13], [AwayFrom([0], 3, 4)], ("axes", L(1))),
        new("ReduceSum", "empty axes leave it alone", [13], [X(2, 3), Ints()], ("noop_with_empty_axes", 1L)),
        new("ReduceSum", "no axes leave it alone", [13], [X(2, 3)], ("noop_with_empty_axes", 1L)),
        new("ReduceMean", "no axes leave it alone", [18], [X(2, 3)], ("noop_with_empty_axes", 1L)),
        new("ReduceMean", "empty axes leave it alone", [18], [X(2, 3), Ints()], ("noop_with_empty_axes", 1L)),
        new("ReduceSum", "empty axes are all", [13], [X(2, 3), Ints()]),
        new("ReduceMean", "empty axes are all", [18], [X(2, 3), Ints()], ("keepdims", 0L)),
        new("ReduceSum", "axes although empty ones would not count", [13], [X(2, 3), Ints(1)],
            ("noop_with_empty_axes", 1L)),
    ];

    private static IEnumerable<RuleCase> Reductions(string op, long[] attribute, long[] input)
    {
        (string Variant, long[]? Axes)[] forms =
            [("all axes", null), ("axis 1", [1]), ("negative axes", [-1, -3]), ("spatial axes", [2, 3])];
        long[] dims = [2, 3, 2, 4];
        foreach (var (variant, axes) in forms)
        {
            foreach (var keep in (long[])[0, 1])
            {
                var name = $"{variant}, keepdims {keep}";
                yield return new RuleCase(op, name, attribute, [X(dims)],
                    [("keepdims", keep), .. axes is null ? [] : ((string, object)[])[("axes", axes)]]);
                yield return new RuleCase(op, name, input,
                    axes is null ? [X(dims)] : [X(dims), Ints(axes)], ("keepdims", keep));
            }
        }

        yield return new RuleCase(op, "nothing given", [.. attribute, .. input], [X(2, 3)]);
    }
}
