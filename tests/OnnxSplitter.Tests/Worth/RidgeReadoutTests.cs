using MathNet.Numerics.LinearAlgebra.Double;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Tests.Worth;

/// <summary>What a thief learns of values from features and answers.</summary>
public sealed class RidgeReadoutTests
{
    private const int Known = 200;

    [Fact]
    public void Planted_linear_answers_are_explained()
    {
        var features = Draws.Matrix(Known + 300, 8, 1);
        var answers = (DenseMatrix)(features * Draws.Matrix(8, 5, 2)).Add(4);

        var found = RidgeReadout.Predict(
            Draws.Top(features, Known), Draws.Top(answers, Known), Draws.Below(features, Known));

        Assert.All(Explained.ByPrediction(found, Draws.Below(answers, Known)),
            share => Assert.InRange(share, 0.99, 1));
    }

    [Fact]
    public void Of_noise_nothing_is_explained()
    {
        var features = Draws.Matrix(Known + 300, 8, 1);
        var answers = Draws.Matrix(Known + 300, 5, 2);

        var found = RidgeReadout.Predict(
            Draws.Top(features, Known), Draws.Top(answers, Known), Draws.Below(features, Known));

        Assert.All(Explained.ByPrediction(found, Draws.Below(answers, Known)),
            share => Assert.InRange(share, 0, 0.05));
    }

    [Fact]
    public void More_features_than_examples_give_the_same_by_the_smaller_form()
    {
        var features = Draws.Matrix(90, 6, 1);
        var answers = Draws.Matrix(90, 2, 2);
        var (known, asked) = (Draws.Top(features, 40), Draws.Below(features, 40));

        var narrow = RidgeReadout.Predict(known, Draws.Top(answers, 40), asked);
        var wide = RidgeReadout.Predict(Draws.Widened(known, 60), Draws.Top(answers, 40), Draws.Widened(asked, 60));

        Assert.InRange((narrow - wide).FrobeniusNorm() / narrow.FrobeniusNorm(), 0, 1e-8);
    }
}
