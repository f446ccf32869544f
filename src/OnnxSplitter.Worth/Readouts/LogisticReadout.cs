using System.Numerics.Tensors;
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
    private const int Steps = 50;

    // A step that promises to lower the mean loss by less changes no answer that counts.
    private const double LeastFall = 1e-6;

    // Of features of variance 1 and a loss that is a mean; each begins where the one before ended.
    private static readonly double[] Penalties = [1e-1, 1e-2, 1e-3];

    // Every fourth example chooses the penalty.
    private const int HeldOut = 4;

    /// <summary>Fits to some examples and predicts others.</summary>
    /// <param name="known">Examples by features.</param>
    /// <param name="classOf">Their classes.</param>
    /// <param name="asked">Examples by the same features.</param>
    /// <returns>For each asked example a class that some known one has.</returns>
    public static int[] Predict(DenseMatrix known, IReadOnlyList<int> classOf, DenseMatrix asked)
    {
        // A few labels name few of a thousand classes, and only those cost anything.
        int[] occurring = [.. classOf.Distinct().Order()];
        int[] labels = [.. classOf.Select(label => Array.BinarySearch(occurring, label))];
        var classes = occurring.Length;
        var standard = Standardization.Of(known);
        var (fitted, features) = Turned(standard.Apply(known), standard.Apply(asked));
        var penalty = Penalties[0];
        if (labels.Length >= 2 * HeldOut)
        {
            int[] kept = [.. Enumerable.Range(0, labels.Length).Where(row => row % HeldOut != 0)];
            int[] held = [.. Enumerable.Range(0, labels.Length).Where(row => row % HeldOut == 0)];
            penalty = Best(Rows(fitted, kept), [.. kept.Select(row => labels[row])], classes,
                Rows(fitted, held), [.. held.Select(row => labels[row])]);
        }

        var weights = Zeros(classes, fitted[0].Length);
        var curvature = new CurvatureBound(fitted, labels, classes);
        foreach (var step in Penalties.TakeWhile(value => value >= penalty))
            Fit(fitted, labels, weights, curvature, step);
        return [.. Highest(features, weights).Select(index => occurring[index])];
    }

    private static double Best(double[][] some, int[] labels, int classes, double[][] others, int[] wanted)
    {
        var weights = Zeros(classes, some[0].Length);
        var curvature = new CurvatureBound(some, labels, classes);
        return Penalties.Select(penalty =>
        {
            Fit(some, labels, weights, curvature, penalty);
            return (Penalty: penalty, Right: ClassWeights.Right(Highest(others, weights), wanted, classes));
        }).MaxBy(pair => pair.Right).Penalty;
    }

    /// <summary>Goes on from weights, by class, to those of a penalty.</summary>
    private static void Fit(
        double[][] x, IReadOnlyList<int> labels, double[][] weights, CurvatureBound curvature, double penalty)
    {
        var balance = ClassWeights.Of(labels, weights.Length);
        var bound = curvature.Factor(penalty);
        var ahead = weights.Select(row => row.ToArray()).ToArray();
        var momentum = 1.0;
        for (var step = 0; step < Steps; step++)
        {
            var gradient = Gradient(x, labels, balance, ahead, penalty);
            var (restart, fall) = (0.0, 0.0);
            var next = new double[weights.Length][];
            for (var c = 0; c < weights.Length; c++)
            {
                next[c] = bound.Solve(gradient[c]);
                fall += TensorPrimitives.Dot<double>(next[c], gradient[c]);
                TensorPrimitives.Subtract(ahead[c], next[c], next[c]);
                restart += TensorPrimitives.Dot<double>(gradient[c], next[c])
                    - TensorPrimitives.Dot<double>(gradient[c], weights[c]);
            }

            var following = restart > 0 ? 1 : (1 + Math.Sqrt(1 + 4 * momentum * momentum)) / 2;
            var further = restart > 0 ? 0 : (momentum - 1) / following;
            for (var c = 0; c < weights.Length; c++)
            {
                for (var k = 0; k < next[c].Length; k++)
                    ahead[c][k] = next[c][k] + further * (next[c][k] - weights[c][k]);
                weights[c] = next[c];
            }

            momentum = following;
            if (fall < LeastFall) break;
        }
    }

    private static double[][] Gradient(
        double[][] x, IReadOnlyList<int> labels, double[] balance, double[][] weights, double penalty)
    {
        var gradient = Zeros(weights.Length, x[0].Length);
        var errors = new double[x.Length][];
        Parallel.For(0, x.Length, i =>
        {
            var scores = new double[weights.Length];
            for (var c = 0; c < scores.Length; c++) scores[c] = TensorPrimitives.Dot<double>(x[i], weights[c]);
            TensorPrimitives.SoftMax<double>(scores, scores);
            scores[labels[i]] -= 1;
            errors[i] = scores;
        });
        Parallel.For(0, weights.Length, c =>
        {
            // The last feature is a constant, whose weight costs nothing.
            TensorPrimitives.Multiply(weights[c].AsSpan(..^1), penalty, gradient[c].AsSpan(..^1));
            for (var i = 0; i < x.Length; i++)
                TensorPrimitives.MultiplyAdd<double>(
                    x[i], errors[i][c] * balance[labels[i]], gradient[c], gradient[c]);
        });
        return gradient;
    }

    /// <summary>
    /// Features in which the known examples are a triangle, where those are more: inner products stay as they are. And
    /// a constant behind.
    /// </summary>
    private static (double[][] Known, double[][] Asked) Turned(DenseMatrix known, DenseMatrix asked)
    {
        if (known.ColumnCount <= known.RowCount)
            return (WithConstant(known.ToRowArrays()), WithConstant(asked.ToRowArrays()));
        var products = known.TransposeAndMultiply(known);
        var jitter = 1e-9 * (1 + products.Trace() / known.RowCount);
        var triangle = new LowerTriangle(
            products + DenseMatrix.CreateDiagonal(known.RowCount, known.RowCount, jitter));
        var others = asked.TransposeAndMultiply(known).ToRowArrays();
        Parallel.ForEach(others, row => triangle.SolveIn(row));
        return (WithConstant(triangle.Rows), WithConstant(others));
    }

    private static double[][] WithConstant(IEnumerable<double[]> x) => [.. x.Select(row => (double[])[.. row, 1])];

    private static double[][] Rows(double[][] x, int[] rows) => [.. rows.Select(row => x[row])];

    private static double[][] Zeros(int rows, int width) =>
        [.. Enumerable.Range(0, rows).Select(_ => new double[width])];

    private static int[] Highest(double[][] x, double[][] weights) =>
    [
        .. x.Select(row =>
            Enumerable.Range(0, weights.Length).MaxBy(c => TensorPrimitives.Dot<double>(row, weights[c]))),
    ];
}
