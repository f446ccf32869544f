using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class LinearCases
{
    public static RuleCase[] All { get; } =
    [
        new("Gemm", "plain", [11, 13], [X(3, 4), X(4, 2), X(2)]),
        new("Gemm", "without C", [11], [X(3, 4), X(4, 2)]),
        new("Gemm", "C of the output's shape", [11], [X(3, 4), X(4, 2), X(3, 2)]),
        new("Gemm", "C a row", [11], [X(3, 4), X(4, 2), X(1, 2)]),
        new("Gemm", "C a column", [11], [X(3, 4), X(4, 2), X(3, 1)]),
        new("Gemm", "C one number", [11], [X(3, 4), X(4, 2), X(1)]),
        new("Gemm", "C a scalar", [11], [X(3, 4), X(4, 2), X()]),
        new("Gemm", "transA", [11], [X(4, 3), X(4, 2), X(2)], ("transA", 1L)),
        new("Gemm", "transB", [11], [X(3, 4), X(2, 4), X(2)], ("transB", 1L)),
        new("Gemm", "transA and transB", [11], [X(4, 3), X(2, 4), X(2)], ("transA", 1L), ("transB", 1L)),
        new("Gemm", "alpha and beta", [11], [X(3, 4), X(4, 2), X(2)], ("alpha", 0.5f), ("beta", -1.5f)),
        new("Gemm", "everything at once", [11, 13], [X(4, 3), X(2, 4), X(3, 1)],
            ("transA", 1L), ("transB", 1L), ("alpha", -2f), ("beta", 0.5f)),

        new("MatMul", "2-D", [11, 13], [X(3, 4), X(4, 2)]),
        new("MatMul", "batched", [11, 13], [X(2, 5, 3, 4), X(2, 5, 4, 2)]),
        new("MatMul", "one matrix for a batch on the left", [11], [X(5, 3, 4), X(4, 2)]),
        new("MatMul", "one matrix for a batch on the right", [11], [X(3, 4), X(5, 4, 2)]),
        new("MatMul", "batch of one on the left", [11], [X(1, 3, 4), X(5, 4, 2)]),
        new("MatMul", "batch of one on the right", [11], [X(5, 3, 4), X(1, 4, 2)]),
        new("MatMul", "both batches broadcast", [11, 13], [X(3, 1, 2, 4), X(2, 4, 3)]),
        new("MatMul", "vector on the left", [11], [X(4), X(4, 2)]),
        new("MatMul", "vector on the right", [11], [X(3, 4), X(4)]),
        new("MatMul", "vector on the left of a batch", [11], [X(4), X(2, 3, 4, 2)]),
        new("MatMul", "vector on the right of a batch", [11], [X(2, 3, 5, 4), X(4)]),
        new("MatMul", "two vectors", [11, 13], [X(4), X(4)]),
        new("MatMul", "a single row", [11], [X(1, 4), X(4, 3)]),
        new("MatMul", "vectors of one element", [11], [X(1), X(1, 3)]),
    ];
}
