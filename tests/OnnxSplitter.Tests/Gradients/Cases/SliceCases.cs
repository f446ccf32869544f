using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class SliceCases
{
    public static RuleCase[] All { get; } =
    [
        new("Slice", "one range", [11, 13], [X(5, 4), Ints(1), Ints(4), Ints(0)]),
        new("Slice", "no axes", [11, 13], [X(5, 4), Ints(1, 0), Ints(4, 3)]),
        new("Slice", "no axes, fewer than the rank", [11], [X(5, 4), Ints(1), Ints(4)]),
        new("Slice", "negative axis", [11], [X(5, 4), Ints(1), Ints(3), Ints(-1)]),
        new("Slice", "axes out of order", [11], [X(5, 4), Ints(1, 2), Ints(3, 5), Ints(1, 0)]),
        new("Slice", "steps without axes", [11], [X(5, 4), Ints(0, 1), Ints(5, 4), None, Ints(2, 1)]),
        new("Slice", "negative start and end", [11], [X(5, 4), Ints(-4), Ints(-1), Ints(0)]),
        new("Slice", "clamped end", [11], [X(5, 4), Ints(2), Ints(long.MaxValue), Ints(0)]),
        new("Slice", "clamped start", [11], [X(5, 4), Ints(-100), Ints(2), Ints(0)]),
        new("Slice", "step 2", [11, 13], [X(6, 4), Ints(1), Ints(6), Ints(0), Ints(2)]),
        new("Slice", "step 2 that ends early", [11], [X(6, 4), Ints(0), Ints(6), Ints(0), Ints(2)]),
        new("Slice", "step 3 along both axes", [11], [X(7, 8), Ints(0, 1), Ints(7, 8), Ints(0, 1), Ints(3, 3)]),
        new("Slice", "step beyond the end", [11], [X(5, 4), Ints(1), Ints(5), Ints(0), Ints(9)]),
        new("Slice", "reversed", [11, 13], [X(5, 4), Ints(-1), Ints(long.MinValue), Ints(0), Ints(-1)]),
        new("Slice", "reversed from within", [11], [X(5, 4), Ints(3), Ints(0), Ints(0), Ints(-1)]),
        new("Slice", "reversed, clamped start", [11], [X(5, 4), Ints(100), Ints(1), Ints(0), Ints(-1)]),
        new("Slice", "reversed by two", [11, 13], [X(6, 4), Ints(4), Ints(-100), Ints(0), Ints(-2)]),
        new("Slice", "reversed by two, then by one", [11],
            [X(6, 5), Ints(5, 3), Ints(0, -100), Ints(0, 1), Ints(-2, -1)]),
        new("Slice", "one axis each way", [11], [X(6, 5), Ints(0, -1), Ints(6, -6), Ints(0, 1), Ints(2, -3)]),
        new("Slice", "vector", [11], [X(6), Ints(1), Ints(5), Ints(0), Ints(2)]),
        new("Slice", "32-bit ranges", [11, 13], [X(5, 4), Int32s(1), Int32s(4), Int32s(0), Int32s(2)]),
    ];
}
