using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>Padding by the input's own values (ONNX Pad-19): along each axis, elements are picked by index.</summary>
internal static class PadDefinition
{
    public static string?[]? Pad(RuleContext c)
    {
        var mode = c.Node.Text("mode", "constant");
        if (mode == "constant") return null;
        var dims = c.InputDims(0);
        var pads = c.InputInts(1);
        var axes = c.HasInput(3) ? c.InputInts(3) : RuleContext.AxisRange(0, dims.Length);
        var value = c.Input(0);
        for (var i = 0; i < axes.Length; i++)
        {
            var (before, after) = (pads[i], pads[axes.Length + i]);
            if (before == 0 && after == 0) continue;
            var axis = RuleContext.Axis(axes[i], dims.Length);
            var size = dims[axis];
            var indices = new long[before + size + after];
            for (var k = 0; k < indices.Length; k++) indices[k] = Source(c, mode, k - before, size);
            value = c.Graph.Op("Gather", [value, c.Graph.Ints(indices)], ("axis", axis));
        }

        return [value];
    }

    private static long Source(RuleContext c, string mode, long position, long size)
    {
        switch (mode)
        {
            case "edge":
                return Math.Clamp(position, 0, size - 1);
            case "wrap":
                return (position % size + size) % size;
            case "reflect":
                if (size == 1) return 0;
                var period = 2 * (size - 1);
                var within = (position % period + period) % period;
                return Math.Min(within, period - within);
            default:
                throw c.Unsupported($"mode '{mode}' is not known");
        }
    }
}
