using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Tests.Protection;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Tests.Worth;

/// <summary>One run of the examples answers for the metric and for readings.</summary>
public sealed class ModelReadingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(300)]
    [InlineData(2000)]
    public void Answers_are_what_the_metric_gives(int count)
    {
        var (meter, original, evaluation, path) = Meter(count);
        using var _ = original;

        Assert.Equal(original.Evaluate(evaluation), meter.Original);
        Assert.Equal(original.Evaluate(evaluation), meter.Open(path).Answers());
    }

    [Fact]
    public void Of_more_examples_than_readings_ask_the_metric_is_not_told()
    {
        var (meter, original, _, path) = Meter(2001);
        using var __ = original;

        Assert.Null(meter.Original);
        Assert.Null(meter.Open(path).Answers());
    }

    [Fact]
    public void Readings_are_the_same_whether_answers_were_asked_before_or_not()
    {
        var (meter, original, _, path) = Meter(300);
        using var __ = original;
        var readings = meter.Open(path);
        readings.Answers();

        var (after, alone) = (readings.Left(_ => true), meter.Measure(path));

        Assert.NotEmpty(alone.Inner);
        Assert.Equal(alone.Outputs[0].Readings, after.Outputs[0].Readings);
        Assert.Equal(alone.Inner, after.Inner);
        Assert.Empty(readings.Left(_ => false).Inner);
    }

    [Fact]
    public void A_glimpse_says_about_what_all_examples_say()
    {
        var (meter, original, evaluation, path) = Meter(2000);
        using var __ = original;

        var (answers, left) = meter.Open(path).Glimpse(_ => true)!.Value;

        var whole = meter.Measure(path);
        var error = answers.StandardError;
        Assert.InRange(original.Evaluate(evaluation).Value, answers.Value - 3 * error, answers.Value + 3 * error);
        Assert.Equal(
            whole.Outputs[0].Readings.Select(reading => (reading.Name, reading.Labels)),
            left.Outputs[0].Readings.Select(reading => (reading.Name, reading.Labels)));
        Assert.Equal(whole.Inner.Select(reading => reading.Control), left.Inner.Select(reading => reading.Control));
        Assert.All(whole.Inner.Zip(left.Inner), pair => Assert.InRange(pair.First.Value,
            pair.Second.Value - 4 * pair.Second.StandardError, pair.Second.Value + 4 * pair.Second.StandardError));
        Assert.Empty(meter.Open(path).Glimpse(_ => false)!.Value.Left.Inner);
    }

    [Fact]
    public void Of_few_examples_there_is_no_glimpse()
    {
        var (meter, original, _, path) = Meter(300);
        using var __ = original;

        Assert.Null(meter.Open(path).Glimpse(_ => true));
    }

    private (WorthMeter Meter, LoadedModel Original, Dataset Evaluation, string Path) Meter(int count)
    {
        var path = TinyClassifier.Write(_folder["model.onnx"]);
        var original = LoadedModel.Open(path);
        using var file = ModelFile.Open(path);
        var evaluation = original.Answer(Examples.Normal("input", count, 16, 3));
        return (new WorthMeter(file, original, original.Answer(Examples.Normal("input", 200, 16, 2)), evaluation),
            original, evaluation, path);
    }
}
