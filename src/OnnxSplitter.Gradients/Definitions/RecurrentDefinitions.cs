using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>LSTM, GRU and RNN written out step by step (ONNX LSTM-14, GRU-14, RNN-14).</summary>
internal static class RecurrentDefinitions
{
    /// <summary>
    /// Gates i, o, f and c: c' = f c + i g(c~), h' = o h(c'), with peepholes P from the cell to the gates.
    /// </summary>
    public static string?[] Lstm(RuleContext c)
    {
        var g = c.Graph;
        var coupled = c.Node.Int("input_forget", 0) != 0;
        return new Unrolling(c, gates: 4, activations: ["Sigmoid", "Tanh", "Tanh"]).Write((direction, x, state) =>
        {
            var gates = g.Split(g.Add(x, g.MatMul(state.Hidden, direction.Recurrent)), axis: 1, parts: 4);
            var peepholes = c.HasInput(7) ? g.Split(direction.Part(7), axis: 1, parts: 3) : null;
            var input = direction.Activate(0, Peeping(gates[0], 0, state.Cell));
            var forget = coupled
                ? g.Sub(g.Scalar(1), input)
                : direction.Activate(0, Peeping(gates[2], 2, state.Cell));
            var cell = g.Add(g.Mul(forget, state.Cell), g.Mul(input, direction.Activate(1, gates[3])));
            var output = direction.Activate(0, Peeping(gates[1], 1, cell));
            return new(g.Mul(output, direction.Activate(2, cell, clipped: false)), cell);

            string Peeping(string gate, int which, string cell) =>
                peepholes is null ? gate : g.Add(gate, g.Mul(peepholes[which], cell));
        });
    }

    /// <summary>
    /// Gates z, r and h: h' = (1 - z) h~ + z h, where the reset r works before or after the product with h.
    /// </summary>
    public static string?[] Gru(RuleContext c)
    {
        var g = c.Graph;
        var after = c.Node.Int("linear_before_reset", 0) != 0;
        return new Unrolling(c, gates: 3, activations: ["Sigmoid", "Tanh"], biasOfLastGateApart: after).Write(
            (direction, x, state) =>
            {
                var inputs = g.Split(x, axis: 1, parts: 3);
                var matrices = g.Split(direction.Recurrent, axis: 1, parts: 3);
                var update = direction.Activate(0, g.Add(inputs[0], g.MatMul(state.Hidden, matrices[0])));
                var reset = direction.Activate(0, g.Add(inputs[1], g.MatMul(state.Hidden, matrices[1])));
                var kept = after
                    ? g.Mul(reset, direction.Biased(g.MatMul(state.Hidden, matrices[2])))
                    : g.MatMul(g.Mul(reset, state.Hidden), matrices[2]);
                var candidate = direction.Activate(1, g.Add(inputs[2], kept));
                var hidden = g.Add(g.Mul(g.Sub(g.Scalar(1), update), candidate), g.Mul(update, state.Hidden));
                return new(hidden, state.Cell);
            });
    }

    /// <summary>h' = f(x + R h).</summary>
    public static string?[] Rnn(RuleContext c)
    {
        var g = c.Graph;
        return new Unrolling(c, gates: 1, activations: ["Tanh"]).Write((direction, x, state) =>
            new(direction.Activate(0, g.Add(x, g.MatMul(state.Hidden, direction.Recurrent))), state.Cell));
    }
}
