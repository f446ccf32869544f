using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class IndexingCases
{
    public static RuleCase[] All { get; } =
    [
        new("Gather", "rows", [11, 13], [X(4, 3), Ints(2, 0)]),
        new("Gather", "repeated", [11, 13], [X(4, 3), Ints(2, 0, 2, 2)]),
        new("Gather", "negative", [11, 13], [X(4, 3), Ints(-1, 1, -4, 3)]),
        new("Gather", "scalar index", [11, 13], [X(4, 3), IntsOf([], 2)]),
        new("Gather", "negative scalar index", [11], [X(4, 3), IntsOf([], -1)]),
        new("Gather", "matrix of indices", [11], [X(4, 3), IntsOf([2, 3], 0, 1, 1, 3, -1, 0)]),
        new("Gather", "axis 1", [11, 13], [X(2, 4, 3), Ints(3, 1, 1)], ("axis", 1L)),
        new("Gather", "axis 1, scalar index", [11], [X(2, 4, 3), IntsOf([], 0)], ("axis", 1L)),
        new("Gather", "axis 1, matrix of indices", [11], [X(2, 4, 3), IntsOf([2, 2], 3, 1, -1, 0)], ("axis", 1L)),
        new("Gather", "last axis", [11], [X(2, 4, 3), Ints(2, 2, 0)], ("axis", -1L)),
        new("Gather", "vector", [11], [X(5), Ints(4, 4, 1)]),
        new("Gather", "32-bit indices", [11, 13], [X(4, 3), Int32s(2, -4, 2)]),
    ];
}
