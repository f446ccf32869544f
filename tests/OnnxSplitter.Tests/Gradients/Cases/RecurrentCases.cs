using static OnnxSplitter.Tests.Gradients.Operands;

namespace OnnxSplitter.Tests.Gradients.Cases;

internal static class RecurrentCases
{
    private const long Steps = 3;
    private const long Batch = 2;
    private const long In = 4;
    private const long Hidden = 3;

    public static RuleCase[] All { get; } =
    [
        Case("LSTM", "forward", 4, [7, 14, 22], states: 0) with { Outputs = 3 },
        Case("LSTM", "initial state", 4, [14], states: 2) with { Outputs = 3 },
        Case("LSTM", "last state alone", 4, [14], states: 0) with { Outputs = 2, Used = [1] },
        Case("LSTM", "reverse", 4, [14], states: 2, ("direction", "reverse")),
        Case("LSTM", "both directions", 4, [7, 14], states: 2, ("direction", "bidirectional")) with { Outputs = 3 },
        Case("LSTM", "peepholes", 4, [14], states: 2, ("direction", "bidirectional"), ("peepholes", 1L)),
        Case("LSTM", "coupled gates", 4, [14], states: 0, ("input_forget", 1L)),
        Case("LSTM", "other activations", 4, [14], states: 0, ("activations", "HardSigmoid,Softsign,Tanh"),
            ("activation_alpha", (float[])[0.3f]), ("activation_beta", (float[])[0.4f])),
        Case("GRU", "forward", 3, [7, 14], states: 0) with { Outputs = 2 },
        Case("GRU", "reset after the product", 3, [7, 14, 22], states: 1, ("linear_before_reset", 1L)),
        Case("GRU", "both directions", 3, [14], states: 1, ("direction", "bidirectional")) with { Outputs = 2 },
        Case("RNN", "forward", 1, [7, 14], states: 1) with { Outputs = 2 },
        Case("RNN", "reverse, Relu", 1, [14], states: 0, ("direction", "reverse"), ("activations", "Relu")),
        new("LSTM", "no bias", [14], [X(Steps, Batch, In), X(1, 4 * Hidden, In), X(1, 4 * Hidden, Hidden)],
            ("hidden_size", Hidden)),
        new("LSTM", "lengths all alike", [14],
            [X(Steps, Batch, In), X(1, 4 * Hidden, In), X(1, 4 * Hidden, Hidden), None, Int32s(3, 3)],
                ("hidden_size", Hidden)),
    ];

    private static RuleCase Case(
        string op, string variant, long gates, long[] opsets, int states,
        params (string Name, object Value)[] attributes)
    {
        var both = attributes.Any(pair => pair.Value is "bidirectional");
        var directions = both ? 2 : 1;
        Operand[] inputs =
        [
            X(Steps, Batch, In), X(directions, gates * Hidden, In), X(directions, gates * Hidden, Hidden),
            X(directions, 2 * gates * Hidden), None,
            .. Enumerable.Range(0, states).Select(_ => X(directions, Batch, Hidden)),
        ];
        if (attributes.Any(pair => pair.Name == "peepholes")) inputs = [.. inputs, X(directions, 3 * Hidden)];
        (string, object)[] own =
        [
            .. attributes.Where(pair => pair.Name != "peepholes")
                .Select(pair => pair.Name == "activations" ? (pair.Name, ((string)pair.Value).Split(',')) : pair),
            ("hidden_size", Hidden),
        ];
        return new(op, variant, opsets, inputs, own);
    }
}
