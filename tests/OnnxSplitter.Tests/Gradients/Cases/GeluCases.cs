using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class GeluCases
{
    private const string Microsoft = "com.microsoft";

    public static RuleCase[] All { get; } =
    [
        new("Swish", "plain", [24], [X(3, 4)]),
        new("Swish", "alpha", [24], [X(3, 4)], ("alpha", 1.3f)),
        new("Gelu", "plain", [20], [X(3, 4)]),
        new("Gelu", "by tanh", [20], [X(3, 4)], ("approximate", "tanh")),
        new("Gelu", "plain", [13], [X(3, 4)]) { Domain = Microsoft },
        new("BiasGelu", "plain", [13], [X(2, 3, 4), X(4)]) { Domain = Microsoft },
        new("FastGelu", "plain", [13], [X(3, 4)]) { Domain = Microsoft },
        new("FastGelu", "bias", [13], [X(3, 4), X(4)]) { Domain = Microsoft },
        new("QuickGelu", "plain", [13], [X(3, 4)]) { Domain = Microsoft },
        new("QuickGelu", "alpha", [13], [X(3, 4)], ("alpha", 0.7f)) { Domain = Microsoft },
    ];
}
