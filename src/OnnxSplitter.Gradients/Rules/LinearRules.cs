using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>Matrix products.</summary>
internal static class LinearRules
{
    /// <summary>
    /// Y = A B over the last two axes, the leading ones broadcast. A one-dimensional operand is a row (A) or a
    /// column (B) whose extra axis vanishes from Y.
    /// </summary>
    public static Partial?[] MatMul(RuleContext c)
    {
        var g = c.Graph;
        var (aDims, bDims) = (Matrix(c.InputDims(0), row: true), Matrix(c.InputDims(1), row: false));
        var yDims = ProductDims(aDims, bDims);
        var a = Shaped(g, c.Input(0), c.InputDims(0), aDims);
        var b = Shaped(g, c.Input(1), c.InputDims(1), bDims);
        var gradient = Shaped(g, c.Gradient, c.OutputDims(), yDims);

        Partial? first = null, second = null;
        if (c.Wants(0)) first = Result(g.MatMul(gradient, SwapLast(g, b, bDims.Length)), c.InputDims(0),
            [.. yDims[..^1], aDims[^1]], aDims);
        if (c.Wants(1) && bDims.Length == 2)
        {
            // All leading axes of A count as rows: one product instead of a batch of products and a sum.
            var rows = aDims[..^1].Aggregate(1L, (product, dim) => product * dim);
            var flatA = Shaped(g, a, aDims, [rows, aDims[^1]]);
            var flatY = Shaped(g, gradient, yDims, [rows, yDims[^1]]);
            second = Result(g.MatMul(g.Transpose(flatA, 1, 0), flatY), c.InputDims(1), bDims, bDims);
        }
        else if (c.Wants(1))
        {
            second = Result(g.MatMul(SwapLast(g, a, aDims.Length), gradient), c.InputDims(1),
                [.. yDims[..^2], bDims[^2], bDims[^1]], bDims);
        }

        return [first, second];

        Partial Result(string value, long[] inputDims, long[] dims, long[] matrixDims) =>
            inputDims.Length == 1
                ? Vector(g, value, dims, matrixDims)
                : new Partial(value, dims);
    }

    /// <summary>Y = alpha op(A) op(B) + beta C.</summary>
    public static Partial?[] Gemm(RuleContext c)
    {
        var g = c.Graph;
        var (transA, transB) = (c.Node.Int("transA", 0) != 0, c.Node.Int("transB", 0) != 0);
        var scaled = Scale(g, c.Gradient, c.Node.Float("alpha", 1));
        Partial? first = null, second = null;
        if (c.Wants(0))
        {
            var b = transB ? c.Input(1) : g.Transpose(c.Input(1), 1, 0);
            first = transA
                ? g.Transpose(g.MatMul(scaled, b), 1, 0)
                : g.MatMul(scaled, b);
        }

        if (c.Wants(1))
        {
            var a = transA ? c.Input(0) : g.Transpose(c.Input(0), 1, 0);
            second = transB
                ? g.MatMul(g.Transpose(scaled, 1, 0), transA ? g.Transpose(c.Input(0), 1, 0) : c.Input(0))
                : g.MatMul(a, scaled);
        }

        Partial? third = c.Wants(2)
            ? new Partial(Scale(g, c.Gradient, c.Node.Float("beta", 1)), c.OutputDims())
            : null;
        return [first, second, third];
    }

    private static string Scale(GraphBuilder g, string value, float factor) =>
        factor == 1 ? value : g.Mul(value, g.Scalar(factor));

    private static long[] Matrix(long[] dims, bool row) =>
        dims.Length != 1 ? dims : row ? [1, dims[0]] : [dims[0], 1];

    private static string Shaped(GraphBuilder g, string value, long[] from, long[] to) =>
        from.AsSpan().SequenceEqual(to) ? value : g.Reshape(value, to);

    private static string SwapLast(GraphBuilder g, string value, int rank)
    {
        var permutation = RuleContext.AxisRange(0, rank);
        (permutation[^1], permutation[^2]) = (permutation[^2], permutation[^1]);
        return g.Transpose(value, permutation);
    }

    /// <summary>
    /// Sums a vector operand's gradient over the batch and drops the axis that the product had added.
    /// </summary>
    private static Partial Vector(GraphBuilder g, string value, long[] dims, long[] matrixDims)
    {
        var batch = RuleContext.AxisRange(0, dims.Length - 2);
        var sum = batch.Length == 0 ? value : g.ReduceSum(value, batch, keepDims: false);
        return g.Reshape(sum, Math.Max(matrixDims[0], matrixDims[1]));
    }

    private static long[] ProductDims(long[] a, long[] b)
    {
        var rank = Math.Max(a.Length, b.Length);
        var dims = new long[rank];
        for (var i = 0; i < rank - 2; i++)
        {
            var fromA = i - (rank - a.Length) is >= 0 and var p ? a[p] : 1;
            var fromB = i - (rank - b.Length) is >= 0 and var q ? b[q] : 1;
            dims[i] = fromA == 1 ? fromB : fromA;
        }

        (dims[^2], dims[^1]) = (a[^2], b[^1]);
        return dims;
    }
}
