using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// LSTM and GRU by the kernels of ONNX Runtime's training extension: the op becomes LSTMTraining or GRUTraining, which
/// hands out what LSTMGrad and GRUGrad need of each step.
/// </summary>
internal static class RecurrentTraining
{
    private const string Microsoft = Operator.Microsoft;

    /// <summary>
    /// Whether the kernels know this use: forward, usual activations, nothing clipped, all sequences alike.
    /// </summary>
    public static bool Covers(RuleContext c) => c.Node.Text("direction", "forward") == "forward"
        && c.Node.Find("activations") is null && c.Node.Find("clip") is null
        && c.Node.Int("input_forget", 0) == 0 && c.Node.Int("layout", 0) == 0 && !c.HasInput(7)
        && (!c.HasInput(4) || c.InputInts(4).All(length => length == c.InputDims(0)[0]));

    /// <summary>The kernel takes neither biases nor peepholes, but the cells and gates of all steps.</summary>
    public static Partial?[]? Lstm(RuleContext c) =>
        Through(c, "LSTM", ["Y", "Y_h", "Y_c"], ["Cells", "Gates"], taken: [0, 1, 2, 4, 5, 6],
            given: [0, 1, 2, 3, 5, 6]);

    /// <summary>The kernel takes all inputs, and the gates of all steps.</summary>
    public static Partial?[]? Gru(RuleContext c) =>
        Through(c, "GRU", ["Y", "Y_h"], ["Gates"], taken: [0, 1, 2, 3, 4, 5], given: [0, 1, 2, 3, 5]);

    /// <summary>Lets a kernel do it.</summary>
    /// <param name="c">The node.</param>
    /// <param name="op">Its name.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="steps">What the op for training has in addition.</param>
    /// <param name="taken">Inputs that the kernel looks at again.</param>
    /// <param name="given">Inputs that it gives the gradients of.</param>
    private static Partial?[]? Through(
        RuleContext c, string op, string[] outputs, string[] steps, int[] taken, int[] given)
    {
        if (!Covers(c)) return null;
        c.Retype(Microsoft, $"{op}Training");
        c.LeaveOut(4);
        string[] all = [.. outputs, .. steps];
        for (var i = 0; i < all.Length; i++) c.EnsureOutput(i, all[i]);
        string[] inputs =
        [
            .. taken.Select(i => c.HasInput(i) ? c.Input(i) : ""),
            c.Output(), .. steps.Select((_, i) => c.Output(outputs.Length + i)),
            .. outputs.Select((_, i) => c.OutputGradients.ElementAtOrDefault(i) ?? ""),
        ];
        var attributes = new List<(string, object)> { ("hidden_size", c.InputDims(2)[2]) };
        if (c.Node.Find("linear_before_reset") is { } reset) attributes.Add((reset.Name, reset.I));
        var gradients = c.Graph.Node(Microsoft, $"{op}Grad", inputs, given.Length, [.. attributes]);
        var partials = new Partial?[c.InputCount];
        foreach (var (input, gradient) in given.Zip(gradients))
            if (c.Wants(input)) partials[input] = gradient;
        return partials;
    }
}
