using MathNet.Numerics.LinearAlgebra.Double;

namespace OnnxSplitter.Worth.Readouts;

/// <summary>How much of each of several components two sets of values have in common.</summary>
internal static class Explained
{
    /// <summary>
    /// The squared correlation of each column with the same one of another matrix: what the best affine map of it
    /// explains. 0 for a column that does not vary or is not finite; NaN where there is nothing to be explained.
    /// </summary>
    /// <param name="values">Samples by components.</param>
    /// <param name="wanted">The same, as they should be.</param>
    public static double[] ByAffineMap(DenseMatrix values, DenseMatrix wanted) =>
    [
        .. Enumerable.Range(0, wanted.ColumnCount).Select(column =>
        {
            var (x, y) = (Centred(values, column), Centred(wanted, column));
            var (xx, yy, xy) = (Product(x, x), Product(y, y), Product(x, y));
            if (!(yy > 1e-18)) return double.NaN;
            var share = xy * xy / (xx * yy);
            return double.IsFinite(share) ? Math.Clamp(share, 0, 1) : 0;
        }),
    ];

    /// <summary>The mean over columns; what never varies can't be explained, and counts for nothing.</summary>
    public static double Mean(double[] shares) =>
        shares.Where(share => !double.IsNaN(share)).DefaultIfEmpty().Average();

    /// <summary>
    /// Adds the derivative of the mean over all columns of <see cref="ByAffineMap"/>, by every value.
    /// </summary>
    /// <param name="values">Samples by components.</param>
    /// <param name="wanted">The same, as they should be.</param>
    /// <param name="slopes">Of the same shape.</param>
    public static void AddSlopes(DenseMatrix values, DenseMatrix wanted, DenseMatrix slopes)
    {
        var (rows, columns) = (values.RowCount, values.ColumnCount);
        for (var k = 0; k < columns; k++)
        {
            var (x, y) = (Centred(values, k), Centred(wanted, k));
            var (xx, yy, xy) = (Product(x, x), Product(y, y), Product(x, y));
            if (!(xx > 1e-18) || !(yy > 1e-18)) continue;
            for (var i = 0; i < rows; i++)
                slopes.At(i, k, slopes.At(i, k) + 2 * xy / (xx * yy) * (y[i] - xy / xx * x[i]) / columns);
        }
    }

    /// <summary>The share of each column's variance that predictions of it explain, at least 0; NaN as above.</summary>
    /// <param name="predicted">Samples by components.</param>
    /// <param name="wanted">The same, as they should be.</param>
    public static double[] ByPrediction(DenseMatrix predicted, DenseMatrix wanted) =>
    [
        .. Enumerable.Range(0, wanted.ColumnCount).Select(column =>
        {
            var y = Centred(wanted, column);
            var all = Product(y, y);
            if (!(all > 1e-18)) return double.NaN;
            double missed = 0;
            for (var row = 0; row < wanted.RowCount; row++)
            {
                var difference = predicted.At(row, column) - wanted.At(row, column);
                missed += difference * difference;
            }

            var share = 1 - missed / all;
            return double.IsFinite(share) ? Math.Max(0, share) : 0;
        }),
    ];

    private static double[] Centred(DenseMatrix matrix, int column)
    {
        var values = matrix.Column(column).ToArray();
        var mean = values.Average();
        return [.. values.Select(value => value - mean)];
    }

    private static double Product(double[] a, double[] b) => a.Zip(b).Sum(pair => pair.First * pair.Second);
}
