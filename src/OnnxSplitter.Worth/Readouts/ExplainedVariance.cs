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
        var b = Weighted(z).TransposeThisAndMultiply(_answers);
        var readout = Readout(z, b);
        var share = b.PointwiseMultiply(readout).RowSums().Sum() / _variance;
        if (slopes is not null)
        {
            var missed = Weighted(_answers - z * readout).TransposeAndMultiply(readout) * (2 / _variance);
            for (var column = 0; column < z.ColumnCount; column++)
                slopes.SetColumn(column, missed.Column(column) * scales[column]);
        }

        return Math.Clamp(share, 0, 1);
    }

    /// <summary>
    /// A^-1 B. With V = Z by the roots of the examples' weights it is V' (V V' + penalty)^-1 U, U being Y by them, too:
    /// of more features than examples, that is the smaller system.
    /// </summary>
    private Matrix<double> Readout(Matrix<double> z, Matrix<double> b)
    {
        var penalty = PenaltyFor(z);
        if (z.ColumnCount <= z.RowCount)
            return (Weighted(z).TransposeThisAndMultiply(z) + Diagonal(z.ColumnCount)).Cholesky().Solve(b);
        var roots = _weights.Select(Math.Sqrt).ToArray();
        var v = Scaled(z, roots);
        return v.TransposeThisAndMultiply(
            (v.TransposeAndMultiply(v) + Diagonal(z.RowCount)).Cholesky().Solve(Scaled(_answers, roots)));

        Matrix<double> Diagonal(int order) => DenseMatrix.CreateDiagonal(order, order, penalty);
    }

    private static double PenaltyFor(Matrix<double> z) =>
        z.ColumnCount * ExamplesPerFeature <= z.RowCount ? Penalty
            : (double)z.ColumnCount * ExamplesPerFeature / z.RowCount;

    private Matrix<double> Weighted(Matrix<double> matrix) => Scaled(matrix, _weights);

    private static Matrix<double> Scaled(Matrix<double> matrix, double[] factors)
    {
        var result = matrix.Clone();
        for (var row = 0; row < result.RowCount; row++) result.SetRow(row, result.Row(row) * factors[row]);
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
