using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Tests.Worth;

/// <summary>A collapse to one class is a constant, which unlabelled examples give away.</summary>
public sealed class ClassShiftTests
{
    [Theory]
    [InlineData(100, 100, 100)]
    [InlineData(210, 60, 30)]
    public void Planted_constants_are_undone_exactly(params int[] counts)
    {
        int[] labels = [.. counts.SelectMany((count, c) => Enumerable.Repeat(c, count))];
        double[] planted = [40, 0, -25];
        var noise = Draws.Matrix(labels.Length, planted.Length, 1);
        var scores = DenseMatrix.Create(labels.Length, planted.Length, (row, c) =>
            (labels[row] == c ? 3 : 0) + 0.1 * noise[row, c] + planted[c]);
        Assert.All(Draws.Highest(scores), answer => Assert.Equal(0, answer));
        double[] shares = [.. counts.Select(count => count / (double)labels.Length)];

        Assert.Equal(labels, Draws.Highest(ClassShift.Fit(scores, shares, scaled: false).Apply(scores)));
    }

    [Fact]
    public void Planted_scales_are_undone_too()
    {
        int[] labels = [.. Enumerable.Range(0, 300).Select(i => i % 3)];
        double[] scales = [100, 1, 0.01];
        var noise = Draws.Matrix(labels.Length, scales.Length, 1);
        var scores = DenseMatrix.Create(labels.Length, scales.Length, (row, c) =>
            scales[c] * ((labels[row] == c ? 3 : 0) + 0.1 * noise[row, c]) + c);

        Assert.Equal(labels, Draws.Highest(
            ClassShift.Fit(scores, [1 / 3.0, 1 / 3.0, 1 / 3.0], scaled: true).Apply(scores)));
    }
}
