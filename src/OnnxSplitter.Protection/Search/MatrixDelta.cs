using Onnx;

namespace OnnxSplitter.Protection.Search;

/// <summary>y[..., n] += d x[..., k] for weight (k, n), or (n, k) if transposed.</summary>
internal sealed class MatrixDelta(IReadOnlyList<long> dims, bool transposed, float factor) : OutputDelta
{
    private readonly int _columns = (int)dims[1];
    private readonly int _inputs = (int)(transposed ? dims[1] : dims[0]);
    private readonly int _outputs = (int)(transposed ? dims[0] : dims[1]);

    /// <summary>
    /// Describes a matrix; null where the op turns its other input, or multiplies stacks of matrices.
    /// </summary>
    /// <param name="node">A MatMul or Gemm.</param>
    /// <param name="dims">The matrix's shape.</param>
    public static MatrixDelta? For(NodeProto node, IReadOnlyList<long> dims)
    {
        var attributes = node.Attribute;
        if (dims.Count != 2 || attributes.Any(a => a.Name == "transA" && a.I != 0)) return null;
        var transposed = attributes.Any(a => a.Name == "transB" && a.I != 0);
        return new MatrixDelta(dims, transposed, attributes.FirstOrDefault(a => a.Name == "alpha")?.F ?? 1)
        {
            Input = node.Input[0],
            Output = node.Output[0],
        };
    }

    protected override (int, int, int) Layout(long[] outputDims) =>
        ((int)(outputDims.Aggregate(1L, (p, d) => p * d) / _outputs), _outputs, 1);

    protected override int Channel(long index) => (int)(transposed ? index / _columns : index % _columns);

    protected override void Add(
        ReadOnlySpan<float> x, long[] xDims, Span<float> y, long[] yDims, long index, float difference)
    {
        var (row, column) = ((int)(index / _columns), (int)(index % _columns));
        var (from, to) = transposed ? (column, row) : (row, column);
        for (var i = 0; i < y.Length / _outputs; i++)
            y[i * _outputs + to] += difference * factor * x[i * _inputs + from];
    }
}
