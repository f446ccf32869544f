using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class ScatterCases
{
    public static RuleCase[] All { get; } =
    [
        new("GatherElements", "axis 0, repeated", [16, 18], [X(3, 4), IntsOf([2, 4], 0, 1, 2, 0, 0, -1, 2, 1)]),
        new("GatherElements", "last axis", [16], [X(3, 4), IntsOf([2, 2], 3, 3, -4, 1)], ("axis", -1L)),
        new("Compress", "axis", [9, 18], [X(3, 4), Bools([3], true, false, true)], ("axis", 1L)),
        new("Compress", "first axis", [11], [X(3, 4, 2), Bools([3], false, true, true)], ("axis", 0L)),
        new("Compress", "middle axis from the end", [11], [X(3, 4, 2), Bools([4], true, true, false, true)],
            ("axis", -2L)),
        new("Compress", "all axes as one", [9], [X(2, 3), Bools([5], true, false, true, true, false)]),
        new("GatherND", "elements, repeated", [16, 18], [X(3, 4), IntsOf([3, 2], 0, 1, 2, 3, 0, 1)]),
        new("GatherND", "rows", [16], [X(3, 4), IntsOf([2, 1], 2, 2)]),
        new("GatherND", "a batch axis", [13, 18], [X(2, 3, 4), IntsOf([2, 2, 1], 0, 2, 1, 1)], ("batch_dims", 1L)),
        new("GatherND", "two batch axes", [16], [X(2, 3, 4), IntsOf([2, 3, 1], 0, 3, 1, -1, 2, 2)], ("batch_dims", 2L)),
        new("ScatterElements", "plain", [11, 13, 16], [X(3, 4), IntsOf([2, 2], 0, 1, 2, 0), X(2, 2)]),
        new("ScatterElements", "axis", [11], [X(3, 4), IntsOf([2, 2], 0, 3, -2, 1), X(2, 2)], ("axis", 1L)),
        new("ScatterElements", "adds", [16], [X(3, 4), IntsOf([2, 2], 0, 1, 0, 1), X(2, 2)], ("reduction", "add")),
        new("ScatterND", "rows", [11, 13, 16], [X(3, 4), IntsOf([2, 1], 2, 0), X(2, 4)]),
        new("ScatterND", "elements", [11], [X(3, 4), IntsOf([2, 2], 2, 0, 1, 3), X(2)]),
        new("ScatterND", "adds", [16], [X(3, 4), IntsOf([2, 1], 2, 2), X(2, 4)], ("reduction", "add")),
        new("TopK", "largest", [11], [Distinct(3, 5), Ints(2)]) { Outputs = 2, Used = [0] },
        new("TopK", "smallest, axis 0", [11], [Distinct(4, 3), Ints(3)], ("axis", 0L), ("largest", 0L))
        {
            Outputs = 2,
            Used = [0],
        },

        new("Einsum", "matrix product", [12], [X(2, 3), X(3, 4)], ("equation", "ij,jk->ik")),
        new("Einsum", "batch, transposed", [12], [X(2, 3, 4), X(2, 5, 4)], ("equation", "bij, bkj -> bki")),
        new("Einsum", "no arrow", [12], [X(2, 3), X(3, 4)], ("equation", "bj,ja")),
        new("Einsum", "summed away", [12], [X(2, 3, 4), X(3)], ("equation", "aij,i->i")),
        new("Einsum", "of one", [12], [X(2, 3)], ("equation", "ij->j")),
        new("Einsum", "of three", [12], [X(2, 3), X(3, 4), X(4)], ("equation", "ij,jk,k->ik")),
    ];
}
