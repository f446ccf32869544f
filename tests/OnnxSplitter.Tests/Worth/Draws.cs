using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Data;

namespace OnnxSplitter.Tests.Worth;

/// <summary>Matrices of standard normal values, the same every time.</summary>
internal static class Draws
{
    public static DenseMatrix Matrix(int rows, int columns, int seed)
    {
        var random = new SeededNormal(seed);
        return DenseMatrix.Create(rows, columns, (_, _) => random.Next());
    }

    public static int[] Highest(DenseMatrix scores) => [.. scores.EnumerateRows().Select(row => row.MaximumIndex())];

    public static DenseMatrix Top(DenseMatrix matrix, int rows) =>
        (DenseMatrix)matrix.SubMatrix(0, rows, 0, matrix.ColumnCount);

    public static DenseMatrix Below(DenseMatrix matrix, int rows) =>
        (DenseMatrix)matrix.SubMatrix(rows, matrix.RowCount - rows, 0, matrix.ColumnCount);

    /// <summary>The same matrix with columns that never vary behind: inner products of what varies stay.</summary>
    public static DenseMatrix Widened(DenseMatrix matrix, int columns) =>
        (DenseMatrix)matrix.Append(DenseMatrix.Create(matrix.RowCount, columns, 3));
}
