using OnnxSplitter.Onnx.Operators;
using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class ClassicalCases
{
    public static RuleCase[] All { get; } =
    [
        new("Normalizer", "largest", [13], [Positive(3, 4)], ("norm", "MAX")) { Domain = Operator.Classical },
        new("Normalizer", "sum of magnitudes", [13], [Positive(3, 4)], ("norm", "L1"))
        {
            Domain = Operator.Classical,
        },
        new("Normalizer", "root of squares", [13], [X(3, 4)], ("norm", "L2")) { Domain = Operator.Classical },
        new("FeatureVectorizer", "plain", [13], [X(3, 2), X(3, 4)], ("inputdimensions", (long[])[2, 4]))
        {
            Domain = Operator.Classical,
        },
        new("ArrayFeatureExtractor", "plain", [13], [X(3, 4), Ints(2, 0, 2)]) { Domain = Operator.Classical },
    ];
}
