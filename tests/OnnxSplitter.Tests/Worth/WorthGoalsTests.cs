using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Tests.Worth;

public sealed class WorthGoalsTests
{
    [Theory]
    [InlineData(true, 0.97, null, 0.15, false)]
    [InlineData(false, 0.97, null, 0.25, true)]
    [InlineData(true, 0.97, 0.5, 0.5, true)]
    [InlineData(false, 0.97, 0.5, 0.5, true)]
    public void An_output_that_keeps_more_than_its_goal_is_named_with_it_whichever_comes_first(
        bool classes, double worth, double? asked, double goal, bool fails)
    {
        var left = new WorthLeft([Output("first", classes, worth), Output("second", classes, worth)], []);

        var unprotected = WorthGoals.Of(asked).Unprotected(left);

        Assert.Equal(
            [new("first", worth, goal, fails, null), new UnprotectedOutput("second", worth, goal, fails, null)],
            unprotected);
    }

    [Theory]
    [InlineData(true, 0.15, null)]
    [InlineData(false, 0.25, null)]
    [InlineData(true, 0.4, 0.4)]
    public void One_that_keeps_no_more_is_not(bool classes, double worth, double? asked) =>
        Assert.Empty(WorthGoals.Of(asked).Unprotected(new WorthLeft([Output("only", classes, worth)], [])));

    [Fact]
    public void What_can_not_be_measured_fails()
    {
        var left = new WorthLeft([new OutputWorth("rows", [], NotMeasured: "it has none")], []);

        var output = Assert.Single(WorthGoals.Default.Unprotected(left));

        Assert.True(output.Fails);
        Assert.Equal("it has none", output.NotMeasured);
    }

    [Theory]
    [InlineData(0.16, 0, 0, true)]
    [InlineData(0.16, 0.02, 0, false)]
    [InlineData(0.18, 0.02, 0, true)]
    [InlineData(0.1, 0.02, 0.26, true)]
    public void Goals_are_missed_for_sure_by_more_than_a_standard_error(
        double outputs, double error, double inner, bool missed) =>
        Assert.Equal(missed, WorthGoals.Default.AreMissed(new WorthLeft(
            [new OutputWorth("scores", [new Reading("all", 0, outputs, 0, 1, error)])],
            [new Reading("place", 64, inner, 0, 1)])));

    private static OutputWorth Output(string name, bool classes, double worth) =>
        new(name, [new Reading("all", 0, worth, 0, 1)], WorstComponent: classes ? null : worth);
}
