using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>Ops that look images up at computed points: those of detection heads and spatial transformers.</summary>
internal static class SamplingDefinitions
{
    /// <summary>Grid [N, H', W', 2] of x and y in [-1, 1] (ONNX GridSample-16 and -20).</summary>
    public static string?[] Grid(RuleContext c)
    {
        var g = c.Graph;
        var (dims, grid) = (c.InputDims(0), c.InputDims(1));
        if (dims.Length != 4) throw c.Unsupported("only two dimensions are supported");
        var points = g.Reshape(c.Input(1), grid[0], grid[1] * grid[2], 2);
        var (x, y) = (Along(0, dims[3]), Along(1, dims[2]));
        var images = g.Count(dims[0], dims[0], 1);
        var sampler = new ImageSampler(g, c.Input(0), dims);
        var zeros = Padding() == "zeros";
        var found = c.Node.Text("mode", "linear") switch
        {
            "linear" or "bilinear" => sampler.Between(images, y, x, zeros),
            "nearest" => sampler.Nearest(images, y, x, zeros),
            var mode => throw c.Unsupported($"mode '{mode}' is not supported"),
        };
        return [g.Reshape(g.Transpose(found, 0, 2, 1), dims[0], dims[1], grid[1], grid[2])];

        string Padding() => c.Node.Text("padding_mode", "zeros");

        // In pixels, brought inside where that is asked.
        string Along(int which, long size)
        {
            var at = g.Reshape(g.Slice(points, [which], [which + 1], [2], [1]), grid[0], grid[1] * grid[2]);
            var corners = c.Node.Int("align_corners", 0) != 0;
            var (low, high) = corners ? (0f, size - 1f) : (-0.5f, size - 0.5f);
            var pixels = g.Add(g.Mul(at, g.Scalar((high - low) / 2)), g.Scalar((low + high) / 2));
            return Padding() == "reflection" ? Reflected(g, pixels, low, high) : pixels;
        }
    }

    /// <summary>Averages over the cells of boxes [R, 4], x and y of two corners (ONNX RoiAlign-16).</summary>
    public static string?[] RegionAlign(RuleContext c)
    {
        var g = c.Graph;
        if (c.Node.Text("mode", "avg") != "avg") throw c.Unsupported("only averages are supported");
        var each = c.Node.Int("sampling_ratio", 0);
        if (each <= 0)
            throw c.Unsupported("sampling_ratio 0, by which the number of points depends on data, is not supported");
        var dims = c.InputDims(0);
        var boxes = c.InputDims(1)[0];
        var (height, width) = (c.Node.Int("output_height", 1), c.Node.Int("output_width", 1));
        var half = c.Node.Text("coordinate_transformation_mode", "half_pixel") == "half_pixel";
        var corners = g.Mul(c.Input(1), g.Scalar(c.Node.Float("spatial_scale", 1)));
        if (half) corners = g.Sub(corners, g.Scalar(0.5f));
        var (y, rows) = Along(1, height, dims[2]);
        var (x, columns) = Along(0, width, dims[3]);
        var (down, across) = (height * each, width * each);
        var images = g.Op("Cast", [g.Reshape(c.Input(2), boxes, 1)], ("to", (long)Type.Int64));
        var found = new ImageSampler(g, c.Input(0), dims)
            .Between(images, Points(y, across: false), Points(x, across: true), zeros: false);
        var counted = g.Mul(g.Reshape(rows, boxes, down, 1), g.Reshape(columns, boxes, 1, across));
        found = g.Mul(found, g.Reshape(counted, boxes, down * across, 1));
        var mean = g.Reduce("ReduceMean", g.Reshape(found, boxes, height, each, width, each, dims[1]), [2, 4]);
        return [g.Transpose(g.Reshape(mean, boxes, height, width, dims[1]), 0, 3, 1, 2)];

        // Points along one axis [R, cells x each], and whether they count: not if farther outside than one pixel.
        (string At, string Counts) Along(int which, long cells, long size)
        {
            var from = g.Slice(corners, [which], [which + 1], [1], [1]);
            var to = g.Slice(corners, [which + 2], [which + 3], [1], [1]);
            var length = g.Sub(to, from);
            if (!half) length = g.Op("Max", [length, g.Scalar(1)]);
            var steps = Enumerable.Range(0, (int)(cells * each)).Select(i => (i + 0.5f) / (cells * each));
            var at = g.Add(from, g.Mul(length, g.Floats([.. steps], 1, cells * each)));
            var near =
                g.Op("And", [g.Op("GreaterOrEqual", [at, g.Scalar(-1)]), g.Op("LessOrEqual", [at, g.Scalar(size)])]);
            return (g.Op("Clip", [at, g.Scalar(0), g.Scalar(size - 1)]),
                g.AsFloats(near));
        }

        string Points(string at, bool across)
        {
            var apart = across ? g.Reshape(at, boxes, 1, width * each) : g.Reshape(at, boxes, height * each, 1);
            return g.Reshape(g.Expand(apart, boxes, height * each, width * each), boxes, height * each * width * each);
        }
    }

    /// <summary>To and fro between two ends.</summary>
    private static string Reflected(GraphBuilder g, string at, float low, float high)
    {
        var range = high - low;
        if (range == 0) return g.Mul(at, g.Scalar(0));
        var away = g.Op("Mod", [g.Op("Abs", [g.Sub(at, g.Scalar(low))]), g.Scalar(2 * range)], ("fmod", 1L));
        return g.Add(g.Scalar(low), g.Op("Min", [away, g.Sub(g.Scalar(2 * range), away)]));
    }
}
