using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class ElementwiseCases
{
    public static RuleCase[] All { get; } =
    [
        new("Neg", "plain", [11, 13], [X(2, 3)]),
        new("Abs", "plain", [11, 13], [AwayFrom([0], 3, 4)]),
        new("Reciprocal", "plain", [11, 13], [Positive(2, 3)]),
        new("Sin", "plain", [11, 22], [X(2, 3)]),
        new("Cos", "plain", [11, 22], [X(2, 3)]),
        new("Tan", "plain", [11, 22], [X(2, 3)]),
        new("Sinh", "plain", [11, 22], [X(2, 3)]),
        new("Cosh", "plain", [11, 22], [X(2, 3)]),
        new("Atan", "plain", [11, 22], [X(2, 3)]),
        new("Exp", "plain", [11, 13], [X(2, 3)]),
        new("Log", "plain", [11, 13], [Positive(2, 3)]),
        new("Sqrt", "plain", [11, 13], [Positive(2, 3)]),
        new("Erf", "plain", [11, 13], [X(2, 3)]),
        new("Tanh", "plain", [11, 13], [X(2, 3)]),
        new("Sigmoid", "plain", [11, 13], [X(2, 3)]),
        new("Sigmoid", "scalar", [11], [X()]),
        new("Relu", "plain", [11, 13, 14], [AwayFrom([0], 3, 4)]),

        new("Clip", "no bound", [11, 13], [X(3, 4)]),
        new("Clip", "lower bound", [11, 13], [AwayFrom([-0.5f], 4, 5), Floats([], -0.5f)]),
        new("Clip", "upper bound", [11, 13], [AwayFrom([0.4f], 4, 5), None, Floats([], 0.4f)]),
        new("Clip", "both bounds", [11, 12, 13],
            [AwayFrom([-0.5f, 0.4f], 4, 5), Floats([], -0.5f), Floats([], 0.4f)]),
        new("Clip", "a lower bound that is computed", [11, 13], [AwayFrom([-0.5f], 4, 5), Within(-0.55f, -0.45f)]),
        new("Clip", "an upper bound that is computed", [11, 13], [AwayFrom([0.4f], 4, 5), None, Within(0.35f, 0.45f)]),
        new("Clip", "bounds that are computed", [11, 12, 13],
            [AwayFrom([-0.5f, 0.4f], 4, 5), Within(-0.55f, -0.45f), Within(0.35f, 0.45f)]),
        new("Clip", "bounds that cross", [11, 13],
            [Floats([2, 2], -1, 0, 0.4f, 1), Floats([], 0.55f), Within(-0.6f, -0.5f)]),

        new("Cast", "to itself", [11, 13], [X(2, 3)], ("to", 1L)),
        new("Cast", "to double", [11, 13, 19], [X(2, 3)], ("to", 11L)),
        new("Identity", "plain", [11, 13, 16], [X(2, 3)]),
        new("Dropout", "ratio an attribute", [11], [X(2, 3)], ("ratio", 0.3f)),
        new("Dropout", "mask is an output", [11, 13], [X(2, 3)]) { Outputs = 2, Used = [0] },
        new("Dropout", "nothing but data", [12, 13], [X(2, 3)]),
        new("Dropout", "ratio an input", [12, 13], [X(2, 3), Floats([], 0.3f)]),
        new("Dropout", "not training", [12, 13, 22], [X(2, 3), Floats([], 0.3f), Bools([], false)]),
        new("Dropout", "not training, no ratio", [12], [X(2, 3), None, Bools([], false)]),
    ];
}
