using OnnxSplitter.Data;
using OnnxSplitter.Worth.Readouts;

namespace OnnxSplitter.Tests.Worth;

/// <summary>What a thief learns of classes from features and labels.</summary>
public sealed class LogisticReadoutTests
{
    private const int Known = 600;
    private const int Classes = 3;

    [Fact]
    public void A_planted_linear_rule_is_found()
    {
        var features = Draws.Matrix(Known + 1000, 6, 1);
        var scores = features * Draws.Matrix(6, Classes, 2);
        var planted = Draws.Highest(scores);
        var labels = Draws.Highest(scores + Draws.Matrix(Known + 1000, Classes, 3));

        var found = LogisticReadout.Predict(
            Draws.Top(features, Known), labels[..Known], Draws.Below(features, Known));

        var best = BalancedAccuracy.Of(planted[Known..], labels[Known..]).Value;
        Assert.InRange(best, 0.6, 0.95);
        Assert.InRange(BalancedAccuracy.Of(found, labels[Known..]).Value, best - 0.03, 1);
    }

    [Fact]
    public void Of_noise_nothing_is_learnt()
    {
        var features = Draws.Matrix(Known + 1000, 6, 1);
        var labels = Draws.Highest(Draws.Matrix(Known + 1000, Classes, 2));

        var found = LogisticReadout.Predict(
            Draws.Top(features, Known), labels[..Known], Draws.Below(features, Known));

        Assert.InRange(BalancedAccuracy.Of(found, labels[Known..]).Value, 1.0 / Classes - 0.05, 1.0 / Classes + 0.05);
    }

    [Fact]
    public void More_features_than_examples_are_turned_without_a_change_of_what_is_answered()
    {
        var features = Draws.Matrix(340, 6, 1);
        var labels = Draws.Highest(features * Draws.Matrix(6, Classes, 2) + Draws.Matrix(340, Classes, 3));
        var (known, asked) = (Draws.Top(features, 40), Draws.Below(features, 40));

        Assert.Equal(
            LogisticReadout.Predict(known, labels[..40], asked),
            LogisticReadout.Predict(Draws.Widened(known, 60), labels[..40], Draws.Widened(asked, 60)));
    }
}
