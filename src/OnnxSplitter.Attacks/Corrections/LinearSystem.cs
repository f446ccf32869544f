using MathNet.Numerics.LinearAlgebra.Double;

namespace OnnxSplitter.Attacks.Corrections;

/// <summary>Linear equations, as they come, of which the solution of least squares is taken.</summary>
/// <param name="unknowns">How many, for each right-hand side.</param>
/// <param name="sides">Right-hand sides.</param>
internal sealed class LinearSystem(int unknowns, int sides)
{
    // Of the mean square of coefficients: what is never seen stays 0 instead of anything.
    private const double Penalty = 1e-11;

    private readonly DenseMatrix _gram = new(unknowns, unknowns);
    private readonly DenseMatrix _products = new(unknowns, sides);

    /// <summary>Equations so far, for each right-hand side.</summary>
    public long Equations { get; private set; }

    /// <summary>Adds equations.</summary>
    /// <param name="coefficients">Equations by unknowns.</param>
    /// <param name="values">Equations by right-hand sides.</param>
    public void Add(DenseMatrix coefficients, DenseMatrix values)
    {
        _gram.Add(coefficients.TransposeThisAndMultiply(coefficients), _gram);
        _products.Add(coefficients.TransposeThisAndMultiply(values), _products);
        Equations += coefficients.RowCount;
    }

    /// <summary>Solves them.</summary>
    /// <returns>Unknowns by right-hand sides; null while there are fewer equations than unknowns.</returns>
    public DenseMatrix? Solve()
    {
        var mean = _gram.Trace() / unknowns;
        if (Equations < unknowns || mean <= 0) return null;
        var diagonal = DenseMatrix.CreateDiagonal(unknowns, unknowns, Penalty * mean);
        return (DenseMatrix)(_gram + diagonal).Cholesky().Solve(_products);
    }
}
