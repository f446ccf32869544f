using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace OnnxSplitter.Worth.Readouts;

/// <summary>
/// Linear regression with a quadratic penalty, for several answers at once. The penalty is the one that does best on a
/// quarter of the examples, held out.
/// </summary>
internal static class RidgeReadout
{
    private const int HeldOut = 4;

    // Of features of variance 1, for each example.
    private static readonly double[] Penalties = [1e-4, 1e-2, 1];

    /// <summary>Fits to some examples and predicts others.</summary>
    /// <param name="known">Examples by features.</param>
    /// <param name="answers">The same examples by answers.</param>
    /// <param name="asked">Examples by the same features.</param>
    /// <returns>The asked examples by answers.</returns>
    public static DenseMatrix Predict(DenseMatrix known, DenseMatrix answers, DenseMatrix asked)
    {
        var standard = Standardization.Of(known);
        var (x, others) = (standard.Apply(known), standard.Apply(asked));
        var penalty = Penalties[^1];
        if (known.RowCount >= 2 * HeldOut)
        {
            int[] kept = [.. Enumerable.Range(0, known.RowCount).Where(row => row % HeldOut != 0)];
            int[] held = [.. Enumerable.Range(0, known.RowCount).Where(row => row % HeldOut == 0)];
            var (some, rest) = (Rows(x, kept), Rows(x, held));
            var (wanted, missing) = (Rows(answers, kept), Rows(answers, held));
            penalty = Penalties.MinBy(value => (Solve(some, wanted, rest, value) - missing).FrobeniusNorm());
        }

        return Solve(x, answers, others, penalty);
    }

    /// <summary>By the smaller of the two forms: features by features, or examples by examples.</summary>
    private static DenseMatrix Solve(DenseMatrix x, DenseMatrix answers, DenseMatrix asked, double penalty)
    {
        var mean = answers.ColumnSums() / answers.RowCount;
        var centred = DenseMatrix.OfMatrix(answers);
        for (var row = 0; row < centred.RowCount; row++) centred.SetRow(row, centred.Row(row) - mean);
        var size = Math.Min(x.RowCount, x.ColumnCount);
        var diagonal = DenseMatrix.CreateDiagonal(size, size, penalty * x.RowCount);
        var result = x.ColumnCount <= x.RowCount
            ? asked * (x.TransposeThisAndMultiply(x) + diagonal).Cholesky().Solve(x.TransposeThisAndMultiply(centred))
            : asked.TransposeAndMultiply(x) * (x.TransposeAndMultiply(x) + diagonal).Cholesky().Solve(centred);
        for (var row = 0; row < result.RowCount; row++) result.SetRow(row, result.Row(row) + mean);
        return (DenseMatrix)result;
    }

    private static DenseMatrix Rows(Matrix<double> x, int[] rows) => DenseMatrix.OfRowVectors(rows.Select(x.Row));
}
