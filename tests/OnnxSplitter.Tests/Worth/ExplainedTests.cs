using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Tests.Worth;

/// <summary>What is left of single values.</summary>
public sealed class ExplainedTests
{
    [Fact]
    public void An_affine_map_of_a_component_hides_nothing()
    {
        var wanted = Draws.Matrix(100, 4, 1);
        var values = DenseMatrix.Create(100, 4, (row, column) => (column - 1.5) * wanted[row, column] + 7 * column);

        Assert.All(Explained.ByAffineMap(values, wanted), share => Assert.Equal(1, share, 9));
    }

    [Fact]
    public void Noise_explains_one_part_in_as_many_as_there_are_examples()
    {
        var shares = Explained.ByAffineMap(Draws.Matrix(200, 400, 1), Draws.Matrix(200, 400, 2));

        Assert.InRange(shares.Average() * 200, 0.75, 1.25);
    }

    [Fact]
    public void What_does_not_vary_or_is_no_number_explains_nothing_and_a_constant_has_nothing_to_explain()
    {
        var wanted = Draws.Matrix(50, 3, 1);
        wanted.SetColumn(2, new double[50]);
        var values = Draws.Matrix(50, 3, 1);
        values.SetColumn(0, new double[50]);
        values[7, 1] = double.NaN;

        Assert.Equal([0, 0, double.NaN], Explained.ByAffineMap(values, wanted));
        Assert.Equal(double.NaN, Explained.ByPrediction(values, wanted)[2]);
        Assert.Equal(0, Explained.ByPrediction(values, wanted)[1]);
    }
}
