using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class ActivationCases
{
    public static RuleCase[] All { get; } =
    [
        new("LeakyRelu", "plain", [11, 16], [AwayFrom([0], 3, 4)]),
        new("LeakyRelu", "alpha", [11], [AwayFrom([0], 3, 4)], ("alpha", 0.3f)),
        new("PRelu", "one slope", [11, 16], [AwayFrom([0], 2, 3, 4), X(1)]),
        new("PRelu", "slope per channel", [11, 16], [AwayFrom([0], 2, 3, 4), X(3, 1)]),
        new("Elu", "plain", [11, 22], [AwayFrom([0], 3, 4)]),
        new("Elu", "alpha", [11], [AwayFrom([0], 3, 4)], ("alpha", 0.3f)),
        new("Celu", "plain", [12], [AwayFrom([0], 3, 4)]),
        new("Celu", "alpha", [12], [AwayFrom([0], 3, 4)], ("alpha", 2f)),
        new("Selu", "plain", [11, 22], [AwayFrom([0], 3, 4)]),
        new("Selu", "alpha and gamma", [11], [AwayFrom([0], 3, 4)], ("alpha", 0.5f), ("gamma", 2f)),
        new("ThresholdedRelu", "alpha", [11, 22], [AwayFrom([0.4f], 3, 4)], ("alpha", 0.4f)),
        new("HardSigmoid", "plain", [11, 22], [X(3, 4)]),
        new("HardSigmoid", "clipped at both ends", [11], [AwayFrom([-0.25f, 0.25f], 4, 5)], ("alpha", 2f)),
        new("HardSwish", "in between", [14, 22], [X(3, 4)]),
        new("HardSwish", "above", [14], [Within(3.2f, 5, 3, 4)]),
        new("Softplus", "plain", [11, 22], [X(3, 4)]),
        new("Softsign", "plain", [11, 22], [AwayFrom([0], 3, 4)]),
        new("Mish", "plain", [18, 22], [X(3, 4)]),
    ];
}
