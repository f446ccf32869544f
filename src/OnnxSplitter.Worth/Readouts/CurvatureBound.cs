using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace OnnxSplitter.Worth.Readouts;

/// <summary>
/// Böhning's bound of the curvature of a multinomial logistic loss, the same for each class: half the weighted products
/// of features, and a penalty.
/// </summary>
/// <remarks>
/// Products are made once for all penalties, and factored for each.
/// </remarks>
internal sealed class CurvatureBound
{
    // For the constant, which has no penalty.
    private const double Jitter = 1e-9;

    private readonly Matrix<double> _products;

    /// <summary>Multiplies features.</summary>
    /// <param name="x">Examples by features, the last of which is a constant.</param>
    /// <param name="labels">Their classes.</param>
    /// <param name="classes">How many there are.</param>
    public CurvatureBound(double[][] x, IReadOnlyList<int> labels, int classes)
    {
        var balance = ClassWeights.Of(labels, classes);
        var scaled = DenseMatrix.OfRows(x.Length, x[0].Length,
            x.Select((row, i) => row.Select(value => value * Math.Sqrt(balance[labels[i]] / 2))));
        _products = scaled.TransposeThisAndMultiply(scaled);
    }

    /// <summary>The bound's factor, with a penalty.</summary>
    public LowerTriangle Factor(double penalty)
    {
        var width = _products.ColumnCount;
        return new LowerTriangle(
            _products + DenseMatrix.CreateDiagonal(width, width, k => k < width - 1 ? penalty : Jitter));
    }
}
