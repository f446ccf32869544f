using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class LossCases
{
    private static readonly Operand Labels = IntsOf([5], 2, 0, 1, 2, 2);
    private static readonly Operand Pixels = IntsOf([2, 3], 0, 3, 1, 2, 2, 0);

    public static RuleCase[] All { get; } =
        [.. new[] { "SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss" }.SelectMany(Of)];

    private static RuleCase[] Of(string op) =>
    [
        new(op, "mean", [12, 13], [X(5, 3), Labels]),
        new(op, "sum", [13], [X(5, 3), Labels], ("reduction", "sum")),
        new(op, "each", [13], [X(2, 4, 3), Pixels], ("reduction", "none")),
        new(op, "fixed weights", [13], [X(5, 3), Labels, Floats([3], 0.5f, 2, 1.5f)]),
        new(op, "weights", [13], [X(2, 4, 3), Pixels, Positive(4)]),
        new(op, "one label ignored", [13], [X(5, 3), Labels], ("ignore_index", 0L)),
        new(op, "a label outside ignored, weights", [13],
            [X(5, 3), IntsOf([5], 2, -1, 1, -1, 2), Floats([3], 0.5f, 2, 1.5f)],
            ("ignore_index", -1L)),
    ];
}
