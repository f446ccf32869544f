using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace OnnxSplitter.Worth.Readouts;

/// <summary>
/// The share of the answers' variance that the best linear readout of some features explains, on the examples that it
/// is fitted on, and how that share changes with the features.
/// </summary>
/// <remarks>
/// With standardised features Z and answers Y, both centred, A = Z'Z + penalty, B = Z'Y and the readout R = A^-1 B, the
/// share is tr(B'R) / tr(Y'Y). Its derivative by Z is 2 (Y - Z R) R' / tr(Y'Y), since R is where the loss is flat.
/// </remarks>
internal sealed class ExplainedVariance
{
    // Of features of variance 1: what is lost in noise explains nothing.
    private const double Penalty = 1e-3;

    // With fewer examples for each feature a readout would explain what it has not learnt.
    private const int ExamplesPerFeature = 8;

    private readonly Matrix<double> _answers;
    private readonly double[] _weights;
    private readonly double _variance;

    /// <summary>Prepares for answers.</summary>
    /// <param name="answers">Examples by answers; centred here.</param>
    /// <param name="weights">What each example weighs; 1 together.</param>
    public ExplainedVariance(DenseMatrix answers, IReadOnlyList<double> weights)
    {
        _weights = [.. weights];
        _answers = Centred(answers);
        _variance = _answers.PointwiseMultiply(_answers).RowSums().Zip(_weights).Sum(pair => pair.First * pair.Second);
    }

    /// <summary>The share, 0 to 1; 1 where a feature is no number.</summary>
    /// <param name="features">Examples by features.</param>
    public double Share(DenseMatrix features) => Share(features, null);

    /// <summary>The same, and its derivative by every feature of every example.</summary>
    /// <param name="features">Examples by features.</param>
    /// <param name="slopes">Of the shape of the features; what it holds is overwritten.</param>
    public double Share(DenseMatrix features, DenseMatrix? slopes)
    {
        if (features.Values.Any(value => !double.IsFinite(value))) return 1;
        var z = Centred(features);
        var scales = Scales(z);
        for (var column = 0; column < z.ColumnCount; column++)
            z.SetColumn(column, z.Column(column) * scales[column]);
        var weighted = Weighted(z);
        var b = weighted.TransposeThisAndMultiply(_answers);
        var a = weighted.TransposeThisAndMultiply(z)
            + DenseMatrix.CreateDiagonal(z.ColumnCount, z.ColumnCount, PenaltyFor(z));
        var readout = a.Cholesky().Solve(b);
        var share = b.PointwiseMultiply(readout).RowSums().Sum() / _variance;
        if (slopes is not null)
        {
            var missed = Weighted(_answers - z * readout).TransposeAndMultiply(readout) * (2 / _variance);
            for (var column = 0; column < z.ColumnCount; column++)
                slopes.SetColumn(column, missed.Column(column) * scales[column]);
        }

        return Math.Clamp(share, 0, 1);
    }

    private static double PenaltyFor(Matrix<double> z) =>
        z.ColumnCount * ExamplesPerFeature <= z.RowCount ? Penalty
            : (double)z.ColumnCount * ExamplesPerFeature / z.RowCount;

    private Matrix<double> Weighted(Matrix<double> matrix)
    {
        var result = matrix.Clone();
        for (var row = 0; row < result.RowCount; row++) result.SetRow(row, result.Row(row) * _weights[row]);
        return result;
    }

    private Matrix<double> Centred(DenseMatrix matrix)
    {
        var result = matrix.Clone();
        for (var column = 0; column < result.ColumnCount; column++)
        {
            var values = result.Column(column);
            result.SetColumn(column, values - values.Zip(_weights).Sum(pair => pair.First * pair.Second));
        }

        return result;
    }

    /// <summary>1 / standard deviation of each column; 0 for one that is constant.</summary>
    private double[] Scales(Matrix<double> centred) =>
    [
        .. centred.EnumerateColumns().Select(column =>
        {
            var variance = column.Zip(_weights).Sum(pair => pair.First * pair.First * pair.Second);
            return variance > 1e-18 ? 1 / Math.Sqrt(variance) : 0;
        }),
    ];
}
