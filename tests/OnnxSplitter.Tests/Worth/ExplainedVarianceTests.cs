using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Tests.Worth;

/// <summary>What a search makes small.</summary>
public sealed class ExplainedVarianceTests
{
    private const int Examples = 240;

    private static double[] Even { get; } = [.. Enumerable.Repeat(1.0 / Examples, Examples)];

    /// <remarks>
    /// The slopes take each column's scale as it is. So the features move in a direction that leaves the columns' means
    /// and, to the first order, their variances alone.
    /// </remarks>
    [Theory]
    [InlineData(5)]
    [InlineData(2 * Examples)]
    public void Its_slopes_are_those_of_finite_differences(int width)
    {
        const double Step = 1e-4;
        var features = Draws.Matrix(Examples, width, 1);
        var answers = (DenseMatrix)(features * Draws.Matrix(width, 3, 2) + 2 * Draws.Matrix(Examples, 3, 3));
        var explained = new ExplainedVariance(answers, Even);
        var slopes = new DenseMatrix(Examples, width);
        explained.Share(features, slopes);
        for (var seed = 10; seed < 14; seed++)
        {
            var direction = Draws.Matrix(Examples, width, seed);
            for (var k = 0; k < width; k++)
            {
                var centred = features.Column(k) - features.Column(k).Average();
                var moved = direction.Column(k) - direction.Column(k).Average();
                direction.SetColumn(k, moved - centred * (moved * centred / (centred * centred)));
            }

            var difference = (explained.Share(features + Step * direction)
                - explained.Share(features - Step * direction)) / (2 * Step);

            Assert.InRange(slopes.PointwiseMultiply(direction).RowSums().Sum() / difference, 1 - 1e-4, 1 + 1e-4);
        }
    }

    [Fact]
    public void Of_more_features_than_examples_the_readout_is_the_same()
    {
        const double Step = 1e-7;
        var answers = Draws.Matrix(Examples, 3, 1);
        var explained = new ExplainedVariance(answers, Even);
        var features = Draws.Matrix(Examples, Examples, 2);

        // One more feature, that does not vary, makes it the other system.
        var more = (DenseMatrix)features.Append(new DenseMatrix(Examples, 1));

        Assert.Equal(explained.Share(features), explained.Share(more), 0.01);
        Assert.InRange(explained.Share(more), Step, 1 - Step);
    }

    /// <remarks>Within the penalty: so the map is none that all but loses a direction.</remarks>
    [Fact]
    public void No_invertible_map_of_the_features_hides_anything()
    {
        var features = Draws.Matrix(Examples, 5, 1);
        var answers = (DenseMatrix)(features * Draws.Matrix(5, 3, 2) + Draws.Matrix(Examples, 3, 3));
        var explained = new ExplainedVariance(answers, Even);
        var mapped = (DenseMatrix)(features * (DenseMatrix.CreateIdentity(5) + 0.2 * Draws.Matrix(5, 5, 4))).Add(9);

        Assert.InRange(explained.Share(features), 0.5, 0.95);
        Assert.Equal(explained.Share(features), explained.Share(mapped), 2);
    }

    [Fact]
    public void Noise_explains_little_and_the_answers_all()
    {
        var answers = Draws.Matrix(Examples, 3, 1);
        var explained = new ExplainedVariance(answers, Even);

        Assert.InRange(explained.Share(Draws.Matrix(Examples, 3, 2)), 0, 0.05);
        Assert.InRange(explained.Share(answers), 0.99, 1);
        Assert.InRange(explained.Share(new DenseMatrix(Examples, 3)), 0, 1e-9);
    }

    [Fact]
    public void Features_that_are_no_numbers_are_not_taken_for_protection()
    {
        var features = Draws.Matrix(Examples, 3, 1);
        features[3, 1] = double.PositiveInfinity;

        Assert.Equal(1, new ExplainedVariance(Draws.Matrix(Examples, 3, 2), Even).Share(features));
    }
}
