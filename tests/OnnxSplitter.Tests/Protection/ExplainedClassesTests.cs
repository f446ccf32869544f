using MathNet.Numerics.LinearAlgebra.Double;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Data;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Tests.Worth;

namespace OnnxSplitter.Tests.Protection;

/// <summary>What a search for worthless class scores takes for a gain, and what not.</summary>
public sealed class ExplainedClassesTests
{
    private const int Classes = 4;
    private const int Count = 200;

    // What the answers as they are count in the objective.
    private const double AnswersCount = 0.25;

    private static readonly int[] Labels = [.. Enumerable.Range(0, Count).Select(i => i * 7 % Classes)];

    private static readonly Dataset Examples = new(
        new Dictionary<string, NumpyArray>(StringComparer.Ordinal)
        {
            ["x"] = new(TensorElementType.Float, [Count, 1], new byte[Count * sizeof(float)]),
        },
        Labels);

    private static readonly ExplainedObjective Objective = new([new OutputBlock("scores", 0, Classes, Classes)]);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_constant_gains_no_more_than_the_answers_count(int @class)
    {
        var scores = Scores(signal: 3);
        var shifted = DenseMatrix.OfMatrix(scores);
        for (var row = 0; row < Count; row++) shifted[row, @class] += 1000;

        var (before, after) = (Score(scores), Score(shifted));

        Assert.InRange(after.Objective, before.Objective - AnswersCount, before.Objective);
        Assert.Equal(1.0 / Classes, after.Accuracy, 1e-9);
        Assert.Equal(before.Left, after.Left, 0.02);
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e3)]
    public void Scaling_all_scores_is_no_gain(double factor)
    {
        var scores = Scores(signal: 2);

        Assert.Equal(Score(scores).Objective, Score(scores * factor).Objective, 1e-3);
    }

    [Fact]
    public void Less_signal_is_always_a_gain()
    {
        double[] objectives = [.. new[] { 4.0, 3, 2, 1, 0.5, 0 }.Select(signal => Score(Scores(signal)).Objective)];

        Assert.Equal(objectives.OrderDescending(), objectives);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    [InlineData(1)]
    public void A_step_against_the_slopes_makes_the_objective_fall(double signal)
    {
        var scores = Scores(signal);
        var slopes = Objective.Targets(Examples, Classes, () => Rows(scores));
        var length = Math.Sqrt(slopes.Sum(slope => (double)slope * slope));
        var stepped = DenseMatrix.Create(Count, Classes,
            (row, c) => scores[row, c] - 0.5 * slopes[row * Classes + c] / length);

        Assert.True(Score(stepped).Objective < Score(scores).Objective);
    }

    [Fact]
    public void Scores_that_are_no_numbers_are_worse_than_any_others()
    {
        var scores = Scores(signal: 4);
        var broken = DenseMatrix.OfMatrix(scores);
        broken[3, 1] = double.NaN;

        Assert.True(Score(broken).Objective > Score(scores).Objective);
        Assert.All(Objective.Targets(Examples, Classes, () => Rows(broken)), slope => Assert.Equal(0, slope));
    }

    private static DenseMatrix Scores(double signal)
    {
        var noise = Draws.Matrix(Count, Classes, 11);
        return DenseMatrix.Create(Count, Classes, (row, c) => noise[row, c] + (c == Labels[row] ? signal : 0));
    }

    private static Score Score(DenseMatrix scores)
    {
        var sum = Objective.Scores(Examples, Classes)();
        sum.Add(Rows(scores), 0);
        return sum.Result;
    }

    private static float[] Rows(DenseMatrix scores) =>
        [.. scores.EnumerateRows().SelectMany(row => row.Select(value => (float)value))];
}
