using MathNet.Numerics.LinearAlgebra.Double;

namespace OnnxSplitter.Worth.Readouts;

/// <summary>
/// Constants, and if wanted scales, for class scores, such that classes are answered as often as they should be: found
/// from unlabelled examples alone.
/// </summary>
internal static class ClassShift
{
    private const int Steps = 400;

    /// <summary>Fits to some examples and predicts others.</summary>
    /// <param name="known">Scores of unlabelled examples, by class.</param>
    /// <param name="shares">How often each class should be answered.</param>
    /// <param name="scaled">Whether every class's scores are brought to one variance first.</param>
    /// <param name="asked">Scores to read.</param>
    public static int[] Predict(DenseMatrix known, IReadOnlyList<double> shares, bool scaled, DenseMatrix asked)
    {
        var standard = Standardization.Of(known);
        var (scores, others) = scaled ? (standard.Apply(known), standard.Apply(asked)) : (known, asked);
        var constants = Constants(scores, shares);
        return [.. Enumerable.Range(0, others.RowCount).Select(row => Highest(others, row, constants))];
    }

    /// <summary>
    /// Moves each class's constant against what it is answered too often, by steps that shrink, and keeps the best.
    /// </summary>
    private static double[] Constants(DenseMatrix scores, IReadOnlyList<double> shares)
    {
        var classes = scores.ColumnCount;
        var spread = Math.Sqrt(Enumerable.Range(0, classes).Average(column =>
        {
            var values = scores.Column(column);
            var mean = values.Average();
            return values.Average(value => (value - mean) * (value - mean));
        }));

        // At equal means no class is ahead of the others by a constant.
        double[] constants = [.. Enumerable.Range(0, classes).Select(column => -scores.Column(column).Average())];
        var best = constants;
        var least = double.PositiveInfinity;
        for (var step = 0; step < Steps && least > 0; step++)
        {
            var counts = new double[classes];
            for (var row = 0; row < scores.RowCount; row++)
                counts[Highest(scores, row, constants)] += 1.0 / scores.RowCount;
            var off = counts.Zip(shares).Sum(pair => Math.Abs(pair.First - pair.Second));
            if (off < least) (least, best) = (off, constants);
            var size = 2 * spread / (1 + step / 10.0);
            constants =
            [
                .. constants.Select((constant, i) =>
                    constant - size * Math.Clamp((counts[i] - shares[i]) / Math.Max(shares[i], 1e-3), -1, 1)),
            ];
        }

        return best;
    }

    private static int Highest(DenseMatrix scores, int row, double[] constants)
    {
        var best = 0;
        for (var column = 1; column < constants.Length; column++)
            if (scores.At(row, column) + constants[column] > scores.At(row, best) + constants[best]) best = column;
        return best;
    }
}
