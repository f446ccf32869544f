using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace OnnxSplitter.Worth.Readouts;

/// <summary>The Cholesky factor of a symmetric, positive definite matrix, and systems with it.</summary>
/// <remarks>
/// The library's solver of a matrix takes a factor for one of any form and factors it again, which was two fifths of
/// what readouts cost.
/// </remarks>
internal sealed class LowerTriangle
{
    /// <summary>Factors a matrix.</summary>
    public LowerTriangle(Matrix<double> positive) => Rows = positive.Cholesky().Factor.ToRowArrays();

    /// <summary>The factor, row by row, with zeros above its diagonal.</summary>
    public double[][] Rows { get; }

    /// <summary>The inverse of the matrix that was factored, times a vector.</summary>
    public double[] Solve(double[] vector)
    {
        double[] solved = [.. vector];
        SolveIn(solved);
        SolveTransposedIn(solved);
        return solved;
    }

    /// <summary>Multiplies a vector by the factor's inverse, in place.</summary>
    public void SolveIn(Span<double> vector)
    {
        for (var k = 0; k < vector.Length; k++)
            vector[k] = (vector[k] - TensorPrimitives.Dot<double>(Rows[k].AsSpan(..k), vector[..k])) / Rows[k][k];
    }

    private void SolveTransposedIn(Span<double> vector)
    {
        for (var k = vector.Length - 1; k >= 0; k--)
        {
            vector[k] /= Rows[k][k];
            TensorPrimitives.MultiplyAdd<double>(Rows[k].AsSpan(..k), -vector[k], vector[..k], vector[..k]);
        }
    }
}
