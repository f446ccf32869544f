using OnnxSplitter.Gradients.Building;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>Ops that move values without computing with them.</summary>
internal static class ShapeRules
{
    public static Partial?[] Identity(RuleContext c) => [c.Gradient];

    /// <summary>Since opset 12 an input may say that the op trains; only then does it drop anything.</summary>
    public static Partial?[] Dropout(RuleContext c)
    {
        if (c.HasInput(2) && c.InputInts(2) is not [0]) throw c.Unsupported("it is in training mode");
        return Identity(c);
    }

    /// <summary>Reshape, Flatten, Squeeze, Unsqueeze: the same values in the same order.</summary>
    public static Partial?[] SameOrder(RuleContext c) => [c.Graph.Reshape(c.Gradient, c.InputDims(0))];

    /// <summary>
    /// Between float types a gradient is converted back; codes of quantised values get a float32 one.
    /// </summary>
    public static Partial?[] Cast(RuleContext c)
    {
        var type = c.InputIsFloat(0) ? c.InputType(0) : Type.Float;
        return [c.Graph.Op("Cast", [c.Gradient], ("to", (long)type))];
    }

    public static Partial?[] Transpose(RuleContext c)
    {
        var rank = c.InputDims(0).Length;
        var permutation = c.Node.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];
        var inverse = new long[rank];
        for (var axis = 0; axis < rank; axis++) inverse[permutation[axis]] = axis;
        return [c.Graph.Transpose(c.Gradient, inverse)];
    }

    /// <summary>Sums over what was repeated: the walker undoes broadcasting.</summary>
    public static Partial?[] Expand(RuleContext c) => [c.Gradient];

    public static Partial?[] Concat(RuleContext c)
    {
        var axis = RuleContext.Axis(c.Node.Int("axis", 0), c.OutputDims().Length);
        var gradients = new Partial?[c.InputCount];
        long start = 0;
        for (var i = 0; i < gradients.Length; i++)
        {
            var end = start + c.InputDims(i)[axis];
            if (c.Wants(i)) gradients[i] = c.Graph.Slice(c.Gradient, [start], [end], [axis], [1]);
            start = end;
        }

        return gradients;
    }

    public static Partial?[] Split(RuleContext c)
    {
        var axis = RuleContext.Axis(c.Node.Int("axis", 0), c.InputDims(0).Length);
        var parts = Enumerable.Range(0, c.Node.Output.Count)
            .Select(i => c.OutputGradients[i] ?? c.Graph.Zeros(c.OutputDims(i)));
        return [c.Graph.Op("Concat", [.. parts], ("axis", axis))];
    }

    /// <summary>
    /// Zeros where nothing was taken. Steps are undone by spreading (s - 1 zeros after each value), negative ones by
    /// turning the axis round first.
    /// </summary>
    public static Partial?[] Slice(RuleContext c)
    {
        var g = c.Graph;
        var dims = c.InputDims(0);
        var (starts, ends) = (c.InputInts(1), c.InputInts(2));
        var axes = c.HasInput(3) ? c.InputInts(3) : RuleContext.AxisRange(0, starts.Length);
        var steps = c.HasInput(4) ? c.InputInts(4) : [.. starts.Select(_ => 1L)];
        var current = c.OutputDims().ToArray();
        var gradient = c.Gradient;
        var pads = new long[2 * dims.Length];
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = (int)RuleContext.Axis(axes[i], dims.Length);
            var (start, step, count) = (Clamp(starts[i], dims[axis], steps[i]), steps[i], current[axis]);
            if (count == 0) return [g.Zeros(dims)];
            if (step < 0)
            {
                gradient = g.Reverse(gradient, axis);
                start += (count - 1) * step;
                step = -step;
            }

            if (step > 1)
            {
                gradient = Spread(g, gradient, current, axis, step);
                current[axis] = (count - 1) * step + 1;
            }

            pads[axis] = start;
            pads[dims.Length + axis] = dims[axis] - start - current[axis];
        }

        return [g.Pad(gradient, pads)];
    }

    /// <summary>Puts step - 1 zeros between neighbours of an axis.</summary>
    internal static string Spread(GraphBuilder g, string value, long[] dims, int axis, long step)
    {
        var (before, count, after) = (dims[..axis], dims[axis], dims[(axis + 1)..]);
        var apart = g.Reshape(value, [.. before, count, 1, .. after]);
        var pads = new long[2 * (dims.Length + 1)];
        pads[dims.Length + 1 + axis + 1] = step - 1;
        var flat = g.Reshape(g.Pad(apart, pads), [.. before, count * step, .. after]);
        return g.Slice(flat, [0], [(count - 1) * step + 1], [axis], [1]);
    }

    /// <summary>
    /// Where a slice starts: negative counts from the end, and it is clamped to the axis (ONNX Slice-13).
    /// </summary>
    private static long Clamp(long start, long size, long step) =>
        Math.Clamp(start < 0 ? start + size : start, 0, step < 0 ? size - 1 : size);
}
