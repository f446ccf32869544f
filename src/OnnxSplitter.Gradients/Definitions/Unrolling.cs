using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>
/// The steps of a recurrent op one after another, for each direction: X [steps, batch, in] (batch first under layout
/// 1), W [directions, gates H, in], R [directions, gates H, H], B [directions, 2 gates H].
/// </summary>
internal sealed class Unrolling(RuleContext c, int gates, string[] activations, bool biasOfLastGateApart = false)
{
    public string?[] Write(RecurrentStep step)
    {
        var g = c.Graph;
        var batchFirst = c.Node.Int("layout", 0) != 0;
        var x = c.InputDims(0);
        var (steps, batch) = batchFirst ? (x[1], x[0]) : (x[0], x[1]);
        var (directions, hidden) = (c.InputDims(2)[0], c.InputDims(2)[2]);
        if (c.HasInput(4) && c.InputInts(4).Any(length => length != steps))
            throw c.Unsupported("its sequences differ in length");

        var input = batchFirst ? g.Transpose(c.Input(0), 1, 0, 2) : c.Input(0);
        var backward = c.Node.Text("direction", "forward") == "reverse";
        var all = new List<string>();
        var last = new List<RecurrentState>();
        for (var d = 0; d < directions; d++)
        {
            var direction = new RecurrentDirection(c, d, gates, hidden, activations, biasOfLastGateApart);
            var parts = g.Split(direction.InputGates(input), axis: 0, (int)steps);
            var state = new RecurrentState(Initial(5, d), c.HasInput(6) ? Initial(6, d) : g.Zeros(batch, hidden));
            var outputs = new string[steps];
            for (var i = 0; i < steps; i++)
            {
                var t = backward || d == 1 ? steps - 1 - i : i;
                state = step(direction, g.Reshape(parts[t], batch, gates * hidden), state);
                outputs[t] = g.Reshape(state.Hidden, 1, 1, batch, hidden);
            }

            if (c.HasOutput(0)) all.Add(g.Concat(outputs, axis: 0));
            last.Add(new(g.Reshape(state.Hidden, 1, batch, hidden), g.Reshape(state.Cell, 1, batch, hidden)));
        }

        return
        [
            c.HasOutput(0) ? Turned(g.Concat([.. all], axis: 1), 2, 0, 1, 3) : null,
            c.HasOutput(1) ? Turned(g.Concat([.. last.Select(state => state.Hidden)], axis: 0), 1, 0, 2) : null,
            c.HasOutput(2) ? Turned(g.Concat([.. last.Select(state => state.Cell)], axis: 0), 1, 0, 2) : null,
        ];

        string Turned(string value, params long[] order) => batchFirst ? g.Transpose(value, order) : value;

        // [directions, batch, H], or [batch, directions, H].
        string Initial(int which, int d)
        {
            if (!c.HasInput(which)) return g.Zeros(batch, hidden);
            return g.Reshape(g.Slice(c.Input(which), [d], [d + 1], [batchFirst ? 1 : 0], [1]), batch, hidden);
        }
    }
}
