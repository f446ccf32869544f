using MathNet.Numerics.LinearAlgebra.Double;

namespace OnnxSplitter.Worth.Readouts;

/// <summary>
/// Constants, and if wanted scales, for class scores, such that classes are answered as often as they should be: found
/// from unlabelled examples alone.
/// </summary>
internal sealed class ClassShift
{
    private const int Steps = 400;

    private readonly Standardization? _standard;
    private readonly double[] _constants;

    private ClassShift(Standardization? standard, double[] constants) =>
        (_standard, _constants) = (standard, constants);

    /// <summary>What each class's scores are multiplied by.</summary>
    public IReadOnlyList<double> Scales => _standard?.Scales ?? [.. _constants.Select(_ => 1.0)];

    /// <summary>Fits to some examples.</summary>
    /// <param name="known">Scores of unlabelled examples, by class.</param>
    /// <param name="shares">How often each class should be answered.</param>
    /// <param name="scaled">Whether every class's scores are brought to one variance first.</param>
    public static ClassShift Fit(DenseMatrix known, IReadOnlyList<double> shares, bool scaled)
    {
        var standard = scaled ? Standardization.Of(known) : null;
        return new ClassShift(standard, Constants(standard?.Apply(known) ?? known, shares));
    }

    /// <summary>The scores as they are compared, as a new matrix.</summary>
    /// <param name="scores">Examples by class.</param>
    public DenseMatrix Apply(DenseMatrix scores)
    {
        var shifted = _standard?.Apply(scores) ?? DenseMatrix.OfMatrix(scores);
        for (var column = 0; column < _constants.Length; column++)
            for (var row = 0; row < shifted.RowCount; row++)
                shifted.At(row, column, shifted.At(row, column) + _constants[column]);
        return shifted;
    }

    /// <summary>
    /// Moves each class's constant against what it is answered too often, by steps that shrink, and keeps the best.
    /// </summary>
    private static double[] Constants(DenseMatrix scores, IReadOnlyList<double> shares)
    {
        var (classes, rows) = (scores.ColumnCount, scores.RowCount);
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
        var byRow = scores.ToRowMajorArray();
        for (var step = 0; step < Steps && least > 0; step++)
        {
            var answers = new int[classes];
            for (var row = 0; row < rows; row++) answers[Highest(byRow.AsSpan(row * classes, classes), constants)]++;
            double[] above = [.. answers.Zip(shares, (answered, share) => (double)answered / rows - share)];
            var off = above.Sum(Math.Abs);
            if (off < least) (least, best) = (off, constants);
            var size = 2 * spread / (1 + step / 10.0);
            constants =
            [
                .. constants.Select((constant, i) =>
                    constant - size * Math.Clamp(above[i] / Math.Max(shares[i], 1e-3), -1, 1)),
            ];
        }

        return best;
    }

    // In the innermost loop of a search: twice for every state of a model that it looks at, Steps times each.
    private static int Highest(ReadOnlySpan<double> scores, ReadOnlySpan<double> constants)
    {
        var (best, most) = (0, scores[0] + constants[0]);
        for (var column = 1; column < constants.Length; column++)
        {
            var shifted = scores[column] + constants[column];
            if (shifted > most) (best, most) = (column, shifted);
        }

        return best;
    }
}
