using MathNet.Numerics.LinearAlgebra.Double;

namespace OnnxSplitter.Worth.Readouts;

/// <summary>Who is nearest to whom: what embeddings are compared for.</summary>
internal static class Neighbours
{
    // All pairs are looked at.
    private const int MostExamples = 1000;

    // Lengths of unit vectors differ by rounding alone.
    private const double UnitTolerance = 1e-3;

    /// <summary>Whether rows all have one length, as embeddings that are compared by angle do.</summary>
    public static bool AreUnit(DenseMatrix rows)
    {
        var lengths = rows.RowNorms(2);
        return rows.ColumnCount > 2 && lengths.Minimum() > 0
            && lengths.Maximum() - lengths.Minimum() <= UnitTolerance * lengths.Maximum();
    }

    /// <summary>The share of examples that have the same nearest neighbour by angle in both; both centred.</summary>
    /// <param name="one">Examples by values.</param>
    /// <param name="other">The same examples by other values.</param>
    public static double Agreement(DenseMatrix one, DenseMatrix other)
    {
        var (a, b) = (Nearest(one), Nearest(other));
        return a.Zip(b).Count(pair => pair.First == pair.Second) / (double)a.Length;
    }

    private static int[] Nearest(DenseMatrix rows)
    {
        var some = rows.SubMatrix(0, Math.Min(rows.RowCount, MostExamples), 0, rows.ColumnCount);
        var unit = some.NormalizeRows(2);
        var likeness = unit.TransposeAndMultiply(unit);
        for (var i = 0; i < likeness.RowCount; i++) likeness[i, i] = double.NegativeInfinity;
        return [.. likeness.EnumerateRows().Select(row => row.MaximumIndex())];
    }
}
