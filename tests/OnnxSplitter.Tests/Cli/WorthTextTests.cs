using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Data;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Tests.Cli;

public sealed class WorthTextTests
{
    [Fact]
    public void Scores_that_are_at_chance_by_their_answers_alone_are_a_warning()
    {
        var report = Report(WorthGoals.Default, Scores);

        Assert.Equal(["not protected"], WorthText.Rows(report).Skip(1).Select(row => row.What));
        Assert.Contains("0.97 of its worth, at most 0.15", Assert.Single(WorthText.Warnings(report)),
            StringComparison.Ordinal);
        Assert.Null(WorthText.Missed(report));
    }

    [Fact]
    public void Every_output_that_keeps_too_much_has_a_row_with_its_own_goal()
    {
        var report = Report(WorthGoals.Default, Scores, Boxes);

        var rows = WorthText.Rows(report).Where(row => row.What == "not protected").Select(row => row.Value).ToArray();

        Assert.StartsWith("output scores keeps 0.97 of its worth, at most 0.15", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("output boxes keeps 0.40 of its worth, at most 0.25", rows[1], StringComparison.Ordinal);
        Assert.Contains("'boxes' keeps 0.40", WorthText.Missed(report), StringComparison.Ordinal);
        Assert.DoesNotContain("scores", WorthText.Missed(report)!, StringComparison.Ordinal);
        Assert.Empty(WorthText.Warnings(report));
    }

    [Theory]
    [InlineData(0.97, "0.97")]
    [InlineData(0.1536, "0.154")]
    [InlineData(0.15004, "0.15004")]
    public void What_is_kept_has_the_digits_that_show_it_above_the_goal(double worth, string text)
    {
        var output = new OutputWorth("scores", [new Reading("readout", 64, worth, 0, 1)]);

        Assert.Contains($"keeps {text} of its worth, at most 0.15 is",
            Assert.Single(WorthText.Warnings(Report(WorthGoals.Default, output))), StringComparison.Ordinal);
        Assert.Contains($"{text} with", WorthText.Rows(Report(WorthGoals.Default, output)).First().Value,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_bound_that_was_asked_for_makes_them_fail()
    {
        var report = Report(WorthGoals.Of(0.5), Scores, Boxes);

        Assert.Contains("'scores' keeps 0.97 of its worth, at most 0.50", WorthText.Missed(report),
            StringComparison.Ordinal);
        Assert.Empty(WorthText.Warnings(report));
    }

    [Fact]
    public void Where_it_was_not_asked_a_row_says_that_it_was_not_measured()
    {
        var report = Report(WorthGoals.Default, Scores) with { Worth = null, Unprotected = [], AimsAtWorth = false };

        var (what, value) = Assert.Single(WorthText.Rows(report));
        Assert.Equal("a thief could still get", what);
        Assert.StartsWith("not measured", value, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_only_other_outputs_fail_it_is_said_how_to_leave_them_out()
    {
        Assert.Contains("--model-output scores", WorthText.Others(Report(WorthGoals.Default, Scores, Boxes)),
            StringComparison.Ordinal);
        Assert.Empty(WorthText.Others(Report(WorthGoals.Default, Boxes)));
        Assert.Empty(WorthText.Others(Report(WorthGoals.Of(0.5), Scores, Boxes)));
    }

    private static OutputWorth Scores { get; } = new("scores", [new Reading("readout", 64, 0.97, 0, 1)]);

    private static OutputWorth Boxes { get; } =
        new("boxes", [new Reading("best affine map", 0, 0.4, 0, 1)], WorstComponent: 0.6);

    private static ProtectionReport Report(WorthGoals goals, params OutputWorth[] outputs)
    {
        var left = new WorthLeft(outputs, []);
        var unprotected = goals.Unprotected(left);
        return new ProtectionReport(
            "model.onnx", "out.onnx", "out.p7m", StrategyKind.Gradient, MoveKind.Best, DataSource.Labels,
            Metric.Accuracy, 0.105, TargetReached: !unprotected.Any(output => output.Fails), Written: true, 7, 100, 2,
            0.9, 0.1, 0.9, 3000, 1, 1, Details: null)
        {
            Worth = left,
            WorthGoals = goals,
            Unprotected = unprotected,
        };
    }
}
