using System.Numerics.Tensors;
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

    private readonly DenseMatrix _answers;
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
        if (!Array.TrueForAll(features.Values, double.IsFinite)) return 1;
        var z = Centred(features);
        var scales = Scale(z);
        var b = Weighted(z).TransposeThisAndMultiply(_answers);
        var readout = Readout(z, b);
        var share = b.PointwiseMultiply(readout).RowSums().Sum() / _variance;
        if (slopes is not null)
        {
            var missed = (DenseMatrix)(_answers - z * readout);
            var turned = Weighted(missed).TransposeAndMultiply(readout) * (2 / _variance);
            for (var column = 0; column < z.ColumnCount; column++)
                slopes.SetColumn(column, turned.Column(column) * scales[column]);
        }

        return Math.Clamp(share, 0, 1);
    }

    /// <summary>
    /// A^-1 B. With V = Z by the roots of the examples' weights it is V' (V V' + penalty)^-1 U, U being Y by them, too:
    /// of more features than examples, that is the smaller system.
    /// </summary>
    private Matrix<double> Readout(DenseMatrix z, Matrix<double> b)
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

    private Matrix<double> Weighted(DenseMatrix matrix) => Scaled(matrix, _weights);

    private static DenseMatrix Scaled(DenseMatrix matrix, double[] factors)
    {
        var result = DenseMatrix.OfMatrix(matrix);
        for (var column = 0; column < result.ColumnCount; column++)
        {
            var values = Column(result, column);
            TensorPrimitives.Multiply(values, factors, values);
        }

        return result;
    }

    private DenseMatrix Centred(DenseMatrix matrix)
    {
        var result = DenseMatrix.OfMatrix(matrix);
        for (var column = 0; column < result.ColumnCount; column++)
        {
            var values = Column(result, column);
            TensorPrimitives.Subtract(values, TensorPrimitives.Dot<double>(values, _weights), values);
        }

        return result;
    }

    /// <summary>Brings centred columns to variance 1.</summary>
    /// <returns>What each was multiplied by: 1 / standard deviation; 0 for one that is constant.</returns>
    private double[] Scale(DenseMatrix centred)
    {
        var (scales, squares) = (new double[centred.ColumnCount], new double[centred.RowCount]);
        for (var column = 0; column < scales.Length; column++)
        {
            var values = Column(centred, column);
            TensorPrimitives.Multiply(values, values, squares);
            var variance = TensorPrimitives.Dot<double>(squares, _weights);
            scales[column] = variance > 1e-18 ? 1 / Math.Sqrt(variance) : 0;
            TensorPrimitives.Multiply(values, scales[column], values);
        }

        return scales;
    }

    private static Span<double> Column(DenseMatrix matrix, int column) =>
        matrix.Values.AsSpan(column * matrix.RowCount, matrix.RowCount);
}
