namespace OnnxSplitter.Protection.Search;

/// <summary>y[..., n] += d x[..., k] for weight (k, n), or (n, k) if transposed.</summary>
internal sealed class MatrixDelta(IReadOnlyList<long> dims, bool transposed, float factor) : OutputDelta
{
    private readonly int _columns = (int)dims[1];
    private readonly int _inputs = (int)(transposed ? dims[1] : dims[0]);
    private readonly int _outputs = (int)(transposed ? dims[0] : dims[1]);

    protected override (int, int, int) Layout(long[] outputDims) =>
        ((int)(outputDims.Aggregate(1L, (p, d) => p * d) / _outputs), _outputs, 1);

    protected override int Channel(long index) => (int)(transposed ? index / _columns : index % _columns);

    protected override void Add(
        ReadOnlySpan<float> x, long[] xDims, Span<float> y, long[] yDims, long index, float difference)
    {
        var (row, column) = ((int)(index / _columns), (int)(index % _columns));
        var (from, to) = transposed ? (column, row) : (row, column);
        for (var i = 0; i < y.Length / _outputs; i++) y[i * _outputs + to] += difference * factor * x[i * _inputs + from];
    }
}
