using Onnx;
using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// ConvTranspose (ONNX ConvTranspose-11): the gradient of a Conv from Y to X by the same W, so its own gradients are
/// that Conv, and that Conv's weight gradient with X in the place of its output's gradient.
/// </summary>
/// <remarks>X [N, C, ...], W [C, M/group, ...], Y [N, M, ...].</remarks>
internal static class TransposedConvolutionRule
{
    public static Partial?[] ConvTranspose(RuleContext c)
    {
        var g = c.Graph;
        var (x, y, kernel) = (c.InputDims(0), c.OutputDims(), c.InputDims(1)[2..]);
        var rank = kernel.Length;
        var strides = c.Node.Ints("strides") ?? [.. kernel.Select(_ => 1L)];
        var dilations = c.Node.Ints("dilations") ?? [.. kernel.Select(_ => 1L)];
        var group = c.Node.Int("group", 1);

        // Padded, or cropped by the output's padding, so that the windows are as many as X has elements.
        var pads = new long[2 * y.Length];
        long[] padded = [.. y];
        for (var a = 0; a < rank; a++)
        {
            padded[2 + a] = strides[a] * (x[2 + a] - 1) + dilations[a] * (kernel[a] - 1) + 1;
            pads[2 + a] = CroppedInFront(c, a, padded[2 + a] - y[2 + a]);
            pads[y.Length + 2 + a] = padded[2 + a] - y[2 + a] - pads[2 + a];
        }

        var gradient = g.Pad(c.Gradient, pads);
        (string Name, object Value)[] attributes = [("strides", strides), ("dilations", dilations), ("group", group)];
        return
        [
            c.Wants(0) ? g.Op("Conv", [gradient, c.Input(1)], attributes) : null,
            c.Wants(1) ? Weights() : null,
            c.Wants(2)
                ? g.ReduceSum(c.Gradient, [0, .. RuleContext.AxisRange(2, rank + 2)], keepDims: false)
                : null,
        ];

        string Weights()
        {
            var conv = new NodeProto { OpType = "Conv", Input = { gradient, c.Input(1) }, Output = { c.Input(0) } };
            foreach (var (name, value) in attributes) conv.Attribute.Add(NodeAttributes.Make(name, value));
            var values = new Dictionary<string, ValueInfo>(StringComparer.Ordinal)
            {
                [gradient] = new(c.InputType(0), padded),
                [c.Input(1)] = new(c.InputType(1), c.InputDims(1)),
                [c.Input(0)] = new(c.InputType(0), x),
            };
            return ConvolutionRules.Conv(new RuleContext(conv, g, values, [c.Input(0)], [false, true]))[1]!.Value;
        }
    }

    /// <summary>
    /// How much of the whole result the op takes off in front. Where it is told the output's size instead, that is half
    /// of what is too much, the smaller half only under SAME_UPPER.
    /// </summary>
    private static long CroppedInFront(RuleContext c, int axis, long surplus)
    {
        var mode = c.Node.Text("auto_pad", "NOTSET");
        var toSize = c.Node.Ints("output_shape") is not null;
        if (!toSize && mode is not ("SAME_UPPER" or "SAME_LOWER")) return c.Node.Ints("pads")?[axis] ?? 0;
        var total = Math.Max(0, surplus + (c.Node.Ints("output_padding")?[axis] ?? 0));
        return mode == "SAME_UPPER" ? total / 2 : total - total / 2;
    }
}
