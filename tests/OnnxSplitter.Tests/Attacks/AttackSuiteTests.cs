using OnnxSplitter.Attacks;
using OnnxSplitter.Attacks.Suite;
using OnnxSplitter.Data;

namespace OnnxSplitter.Tests.Attacks;

/// <summary>How the suite plans, keeps and reports.</summary>
public sealed class AttackSuiteTests : IDisposable
{
    private readonly AttackedModel _model = new();

    [Fact]
    public void A_run_that_was_stopped_goes_on_with_what_had_ended()
    {
        using var stop = new CancellationTokenSource();
        var options = _model.Options(_model.Original, "odd-signs", "outliers", "clipping") with
        {
            State = _model.State,
            Quick = true,
        };

        Assert.ThrowsAny<OperationCanceledException>(() => AttackSuite.Run(options, progress =>
        {
            if (progress.Result?.Attack == "clipping") stop.Cancel();
        }, stop.Token));
        var begun = new List<string>();
        var report = AttackSuite.Run(options, progress =>
        {
            if (progress.Phase.Length == 0) begun.Add(progress.Attack);
        }, TestContext.Current.CancellationToken);

        Assert.Equal(
            ["odd-signs", "clipping", "outliers"],
            report.Results.Where(result => !result.IsControl).Select(result => result.Attack));
        Assert.Equal(["outliers"], begun.Intersect(["odd-signs", "clipping", "outliers"]));
    }

    [Fact]
    public void A_state_of_other_models_is_refused()
    {
        var options = _model.Options(_model.Original, "odd-signs") with { State = _model.State, Quick = true };
        AttackSuite.Run(options, null, TestContext.Current.CancellationToken);

        var refused = Assert.Throws<AttackOptionsException>(() => AttackSuite.Run(
            options with { Seed = 1 }, null, TestContext.Current.CancellationToken));

        Assert.Contains("other models, data or options", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_there_is_no_time_for_is_named()
    {
        var report = AttackSuite.Run(
            _model.Options(_model.Original, "mirror") with { Budget = TimeSpan.FromTicks(1), Quick = true }, null,
            TestContext.Current.CancellationToken);

        Assert.Empty(report.Results);
        Assert.Contains("mirror, 200 labels", report.LeftOut);
    }

    [Fact]
    public void An_attack_that_is_not_known_is_refused_with_those_that_are() =>
        Refused(_model.Options(_model.Original, "magic"), "There is no attack 'magic'.");

    [Fact]
    public void More_labels_than_examples_are_refused() => Refused(
        _model.Options(_model.Original, "mirror") with { Labels = [10_000] }, "10000 labels were asked for");

    [Fact]
    public void Examples_without_labels_are_refused_where_the_original_is_not_at_hand()
    {
        var refused = Assert.Throws<DataFormatException>(() => AttackSuite.Run(
            _model.Options(_model.Original, "mirror") with { Original = null }, null,
            TestContext.Current.CancellationToken));

        Assert.Contains("has no labels", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.85, 0.5)]
    [InlineData(0.7, 0)]
    [InlineData(0.9, 1)]
    public void The_share_of_the_gap_counts_from_the_best_control_with_as_many_labels(double accuracy, double share)
    {
        var attack = Result("mirror", accuracy, 64, control: false);
        var report = new AttackReport(0.1, new Measured(0.9, 0), new Measured(0.1, 0),
            [
                Result("inputs", 0.8, 64, control: true), Result("from-scratch", 0.7, 64, control: true),
                Result("from-scratch", 0.88, 600, control: true), attack,
            ], []);

        Assert.Equal(0.8, report.ControlOf(attack));
        Assert.Equal(share, report.ShareOfGap(attack)!.Value, 1e-9);
        Assert.Equal(accuracy / 0.8, report.TimesBlackBox(attack), 1e-9);
    }

    [Fact]
    public void Without_labels_the_control_is_chance() => Assert.Equal(0.1, new AttackReport(
        0.1, null, new Measured(0.1, 0), [Result("inputs", 0.8, 64, control: true)], [])
        .ControlOf(Result("outliers", 0.5, 0, control: false)));

    public void Dispose() => _model.Dispose();

    private static AttackResult Result(string name, double accuracy, int labels, bool control) => new(
        name, labels > 0 ? AttackNeeds.Labels : AttackNeeds.Nothing, control, labels, "a way", accuracy, 0, null, null,
        1, 1);

    private static void Refused(AttackOptions options, string message)
    {
        var refused = Assert.Throws<AttackOptionsException>(() => AttackSuite.Run(
            options, null, TestContext.Current.CancellationToken));
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }
}
