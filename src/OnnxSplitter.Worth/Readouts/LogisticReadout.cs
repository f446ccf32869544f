using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace OnnxSplitter.Worth.Readouts;

/// <summary>
/// Multinomial logistic regression with a quadratic penalty, all classes weighing alike: what a thief fits first to
/// features that he can compute and a few labels.
/// </summary>
/// <remarks>
/// Minimised by steps of a fixed upper bound of the curvature (Böhning, "Multinomial logistic regression algorithm",
/// 1992), accelerated and restarted (O'Donoghue and Candès, 2015). More features than examples are turned into as many
/// as there are examples first, which changes neither loss nor penalty. The penalty is the one that does best on a
/// quarter of the examples, held out.
/// </remarks>
internal static class LogisticReadout
{
    private const int Steps = 60;

    // Of features of variance 1 and a loss that is a mean.
    private static readonly double[] Penalties = [1e-3, 1e-2, 1e-1];

    // Every fourth example chooses the penalty.
    private const int HeldOut = 4;

    /// <summary>Fits to some examples and predicts others.</summary>
    /// <param name="known">Examples by features.</param>
    /// <param name="labels">Their classes.</param>
    /// <param name="classes">How many there are.</param>
    /// <param name="asked">Examples by the same features.</param>
    /// <returns>A class for each asked example.</returns>
    public static int[] Predict(DenseMatrix known, IReadOnlyList<int> labels, int classes, DenseMatrix asked)
    {
        var standard = Standardization.Of(known);
        var (fitted, features) = Turned(standard.Apply(known), standard.Apply(asked));
        var penalty = labels.Count >= 2 * HeldOut ? BestPenalty(fitted, labels, classes) : Penalties[^1];
        return Highest(Scores(features, Fit(fitted, labels, classes, penalty)));
    }

    private static double BestPenalty(Matrix<double> features, IReadOnlyList<int> labels, int classes)
    {
        var kept = Enumerable.Range(0, labels.Count).Where(row => row % HeldOut != 0).ToArray();
        var held = Enumerable.Range(0, labels.Count).Where(row => row % HeldOut == 0).ToArray();
        var (some, others) = (Rows(features, kept), Rows(features, held));
        int[] known = [.. kept.Select(row => labels[row])];
        int[] wanted = [.. held.Select(row => labels[row])];
        return Penalties.MaxBy(penalty => BalancedAccuracy.Of(
            Highest(Scores(others, Fit(some, known, classes, penalty))), wanted, classes).Value);
    }

    /// <summary>Weights [features + 1, classes], the last row those of a constant.</summary>
    private static Matrix<double> Fit(Matrix<double> x, IReadOnlyList<int> labels, int classes, double penalty)
    {
        var weights = BalancedAccuracy.Weights(labels, classes);
        var design = WithConstant(x);
        var scaled = design.Clone();
        for (var row = 0; row < labels.Count; row++)
            scaled.SetRow(row, design.Row(row) * weights[labels[row]]);
        var transposed = scaled.Transpose();
        var curvature = transposed * design * 0.5 + DenseMatrix.CreateDiagonal(
            design.ColumnCount, design.ColumnCount, column => column < x.ColumnCount ? penalty : 1e-9);
        var solver = curvature.Cholesky();

        Matrix<double> current = new DenseMatrix(design.ColumnCount, classes);
        var ahead = current;
        var momentum = 1.0;
        for (var step = 0; step < Steps; step++)
        {
            var gradient = transposed * Residuals(design * ahead, labels) + ahead * penalty;
            var next = ahead - solver.Solve(gradient);
            var restart = gradient.PointwiseMultiply(next - current).RowSums().Sum() > 0;
            var following = restart ? 1 : (1 + Math.Sqrt(1 + 4 * momentum * momentum)) / 2;
            ahead = restart ? next : next + (next - current) * ((momentum - 1) / following);
            (current, momentum) = (next, following);
        }

        return current;
    }

    /// <summary>Softmax of the scores, minus one where the label is.</summary>
    private static Matrix<double> Residuals(Matrix<double> scores, IReadOnlyList<int> labels)
    {
        for (var row = 0; row < scores.RowCount; row++)
        {
            var most = double.NegativeInfinity;
            for (var column = 0; column < scores.ColumnCount; column++) most = Math.Max(most, scores.At(row, column));
            double sum = 0;
            for (var column = 0; column < scores.ColumnCount; column++)
            {
                var value = Math.Exp(scores.At(row, column) - most);
                scores.At(row, column, value);
                sum += value;
            }

            for (var column = 0; column < scores.ColumnCount; column++)
                scores.At(row, column, scores.At(row, column) / sum - (column == labels[row] ? 1 : 0));
        }

        return scores;
    }

    /// <summary>Features in which the known examples are a triangle: inner products stay as they are.</summary>
    private static (Matrix<double> Known, Matrix<double> Asked) Turned(DenseMatrix known, DenseMatrix asked)
    {
        if (known.ColumnCount <= known.RowCount) return (known, asked);
        var products = known.TransposeAndMultiply(known);
        var jitter = 1e-9 * (1 + products.Trace() / known.RowCount);
        var triangle = (products + DenseMatrix.CreateDiagonal(known.RowCount, known.RowCount, jitter)).Cholesky().Factor;
        var turned = triangle.Solve(known.TransposeAndMultiply(asked)).Transpose();
        return (triangle, turned);
    }

    private static Matrix<double> Scores(Matrix<double> x, Matrix<double> weights) => WithConstant(x) * weights;

    private static Matrix<double> WithConstant(Matrix<double> x) =>
        x.InsertColumn(x.ColumnCount, DenseVector.Create(x.RowCount, 1));

    private static Matrix<double> Rows(Matrix<double> x, int[] rows) =>
        DenseMatrix.OfRowVectors(rows.Select(x.Row));

    private static int[] Highest(Matrix<double> scores) =>
        [.. scores.EnumerateRows().Select(row => row.MaximumIndex())];
}
