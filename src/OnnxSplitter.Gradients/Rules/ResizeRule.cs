using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// Resize (ONNX Resize-19): along each axis the output is a linear map of the input, y = M x, whatever the mode; so the
/// gradient is multiplied by M transposed, axis after axis.
/// </summary>
internal static class ResizeRule
{
    public static Partial?[] Resize(RuleContext c)
    {
        var (from, to) = (c.InputDims(0), c.OutputDims());
        if (c.Node.Int("antialias", 0) != 0) throw c.Unsupported("antialias is not supported");
        var gradient = c.Gradient;
        long[] dims = [.. to];
        for (var axis = 0; axis < from.Length; axis++)
        {
            var map = new AxisMap(c, from[axis], to[axis], Scale(c, axis));
            if (map.IsIdentity) continue;
            gradient = Multiply(c.Graph, gradient, dims, axis, map);
            dims[axis] = from[axis];
        }

        return [gradient];
    }

    /// <summary>How many times larger the output is: as given, or the sizes' quotient.</summary>
    private static double Scale(RuleContext c, int axis)
    {
        var (from, to) = (c.InputDims(0), c.OutputDims());
        var position = axis;
        if (c.Node.Ints("axes") is { } axes)
        {
            position = Array.FindIndex(axes, given => RuleContext.Axis(given, from.Length) == axis);
            if (position < 0) return 1;
        }

        return c.HasInput(2) && c.InputFloats(2) is { Length: > 0 } scales
            ? scales[position]
            : (double)to[axis] / from[axis];
    }

    private static string Multiply(GraphBuilder g, string gradient, long[] dims, int axis, AxisMap map)
    {
        var before = dims[..axis].Aggregate(1L, (product, dim) => product * dim);
        var after = dims[(axis + 1)..].Aggregate(1L, (product, dim) => product * dim);
        long[] result = [.. dims[..axis], map.From, .. dims[(axis + 1)..]];
        var product = after == 1
            ? g.MatMul(g.Reshape(gradient, before, map.To), g.Floats(map.Rows(transposed: false), map.To, map.From))
            : g.MatMul(
                g.Floats(map.Rows(transposed: true), map.From, map.To), g.Reshape(gradient, before, map.To, after));
        return g.Reshape(product, result);
    }

    /// <summary>The matrix M [to, from] of one axis.</summary>
    private sealed class AxisMap
    {
        private readonly float[,] _weights;

        public AxisMap(RuleContext c, long from, long to, double scale)
        {
            (From, To) = (from, to);
            _weights = new float[to, from];
            var mode = c.Node.Text("mode", "nearest");
            var transformation = c.Node.Text("coordinate_transformation_mode", "half_pixel");
            for (var y = 0; y < to; y++)
            {
                var x = transformation switch
                {
                    "half_pixel" => (y + 0.5) / scale - 0.5,
                    "half_pixel_symmetric" => from / 2.0 * (1 - to / (scale * from)) + (y + 0.5) / scale - 0.5,
                    "pytorch_half_pixel" => to > 1 ? (y + 0.5) / scale - 0.5 : 0,
                    "align_corners" => to > 1 ? (double)y * (from - 1) / (to - 1) : 0,
                    "asymmetric" => y / scale,
                    _ => throw c.Unsupported($"coordinate_transformation_mode '{transformation}' is not supported"),
                };
                if (mode == "nearest") Add(y, Nearest(c, (float)x), 1);
                else if (mode == "linear") Linear(y, x);
                else if (mode == "cubic") Cubic(c, y, x);
                else throw c.Unsupported($"mode '{mode}' is not known");
            }

            IsIdentity = from == to && Enumerable.Range(0, (int)to).All(y => _weights[y, y] == 1);
        }

        public long From { get; }

        public long To { get; }

        public bool IsIdentity { get; }

        /// <summary>M, or M transposed, row by row.</summary>
        public float[] Rows(bool transposed)
        {
            var rows = new float[_weights.Length];
            for (var y = 0; y < To; y++)
                for (var x = 0; x < From; x++) rows[transposed ? x * To + y : y * From + x] = _weights[y, x];
            return rows;
        }

        private void Add(int y, double x, double weight) =>
            _weights[y, (int)Math.Clamp(x, 0, From - 1)] += (float)weight;

        private static double Nearest(RuleContext c, float x) =>
            c.Node.Text("nearest_mode", "round_prefer_floor") switch
            {
                "round_prefer_floor" => Math.Ceiling(x - 0.5f),
                "round_prefer_ceil" => Math.Floor(x + 0.5f),
                "floor" => Math.Floor(x),
                "ceil" => Math.Ceiling(x),
                var mode => throw c.Unsupported($"nearest_mode '{mode}' is not known"),
            };

        private void Linear(int y, double x)
        {
            var left = Math.Floor(x);
            Add(y, left, 1 - (x - left));
            Add(y, left + 1, x - left);
        }

        /// <summary>Keys' kernel of four points, with a from the node.</summary>
        private void Cubic(RuleContext c, int y, double x)
        {
            double a = c.Node.Float("cubic_coeff_a", -0.75f);
            var left = Math.Floor(x);
            var weights = Enumerable.Range(-1, 4).Select(k => (At: left + k, Weight: Kernel(Math.Abs(x - left - k))))
                .ToArray();
            if (c.Node.Int("exclude_outside", 0) != 0)
            {
                weights = [.. weights.Where(point => point.At >= 0 && point.At < From)];
                var sum = weights.Sum(point => point.Weight);
                weights = [.. weights.Select(point => (point.At, point.Weight / sum))];
            }

            foreach (var (at, weight) in weights) Add(y, at, weight);

            double Kernel(double d) => d <= 1
                ? (a + 2) * d * d * d - (a + 3) * d * d + 1
                : a * d * d * d - 5 * a * d * d + 8 * a * d - 4 * a;
        }
    }
}
