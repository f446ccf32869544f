using MathNet.Numerics.LinearAlgebra.Double;

namespace OnnxSplitter.Worth.Readouts;

/// <summary>Brings columns to mean 0 and variance 1, as they are on the rows that it was learnt from.</summary>
internal sealed class Standardization
{
    private readonly double[] _mean;
    private readonly double[] _scale;

    private Standardization(double[] mean, double[] scale) => (_mean, _scale) = (mean, scale);

    /// <summary>What each column is multiplied by; 0 for one that is constant.</summary>
    public IReadOnlyList<double> Scales => _scale;

    /// <summary>Learns means and variances.</summary>
    /// <param name="rows">Examples by features.</param>
    public static Standardization Of(DenseMatrix rows)
    {
        var (mean, scale) = (new double[rows.ColumnCount], new double[rows.ColumnCount]);
        for (var column = 0; column < rows.ColumnCount; column++)
        {
            var values = rows.Values.AsSpan(column * rows.RowCount, rows.RowCount);
            double sum = 0, squares = 0;
            foreach (var value in values) sum += value;
            mean[column] = sum / rows.RowCount;
            foreach (var value in values) squares += (value - mean[column]) * (value - mean[column]);
            var deviation = Math.Sqrt(squares / rows.RowCount);

            // A column that is constant but for rounding tells nothing, and may not be blown up.
            scale[column] = deviation > 1e-9 * (1 + Math.Abs(mean[column])) ? 1 / deviation : 0;
        }

        return new Standardization(mean, scale);
    }

    /// <summary>The rows in standard form, as a new matrix; what is not finite counts as the mean.</summary>
    public DenseMatrix Apply(DenseMatrix rows)
    {
        var result = new DenseMatrix(rows.RowCount, rows.ColumnCount);
        for (var column = 0; column < rows.ColumnCount; column++)
            for (var row = 0; row < rows.RowCount; row++)
            {
                var value = (rows.At(row, column) - _mean[column]) * _scale[column];
                result.At(row, column, double.IsFinite(value) ? value : 0);
            }

        return result;
    }
}
