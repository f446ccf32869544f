using System.Xml.Linq;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Data;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>What a thief could still get, reading by reading: a bar from what he has without the model.</summary>
internal static class WorthSection
{
    /// <summary>The section; null where nothing was measured.</summary>
    /// <param name="worth">What was measured.</param>
    /// <param name="measure">What the model is judged by.</param>
    public static XElement? Draw(ReportWorth? worth, Metric measure)
    {
        if (worth is null) return null;
        var left = worth.Left;
        return Markup.Section("What a thief could still get",
            worth.Unprotected.Select(output => Markup.Tag("p", "warning",
                Markup.Tag("strong", null, "Not protected: "), Markup.Name(output.Name),
                $" {WorthText.Kept(output)}.")),
            Markup.Tag("dl", "figures",
                Figure("Outputs, without labels", left.Unlabelled),
                Figure("Outputs, with labels", left.Labelled),
                left.Inner.Count > 0 ? Figure("Inside the network", left.OfInner) : null),
            worth.Undone is { } undone ? Markup.Tag("p", "quiet",
                $"After undoing what looks odd among the weights, without data: {WorthText.Undone(measure, undone)}.")
                : null,
            Markup.Tag("p", "quiet",
                "Worth left: what having the file gains, from 0, what the same reading gives without it, to 1, what "
                + $"the original gives. Goals: {WorthText.Share(worth.OutputsGoal)} by outputs, "
                + $"{WorthText.Share(worth.InnerGoal)} inside."),
            Markup.Tag("p", "legend",
                Markup.Key("key-line", "up to what the reading gives without the model"),
                Markup.Key("key-accent", "what it gives"),
                Markup.Key("key-ink", "what the original gives")),
            left.Outputs.Select(output => Markup.Tag("div", null,
                Markup.Tag("h3", null, "Output ", Markup.Name(output.Name)),
                output.NotMeasured is { } why
                    ? Markup.Tag("p", null, $"Not measured: {why}.")
                    : Table($"Readings of output {Markup.Plain(output.Name)}", output.Readings))),
            left.Inner.Count == 0 ? null : Markup.Folded(
                $"All {Markup.Count(left.Inner.Count)} readings inside the network",
                Table("Readings inside the network", left.Inner)));
    }

    private static XElement Figure(string name, double value) =>
        Markup.Tag("div", null, Markup.Tag("dt", null, name), Markup.Tag("dd", null, WorthText.Share(value)));

    private static XElement Table(string caption, IEnumerable<Reading> readings) => Markup.Table(
        caption, ["reading", "#labels", "", "#gives", "#without the model", "#worth left"],
        readings.Select(reading => new object[]
        {
            reading.Name, reading.Labels == 0 ? "none" : Markup.Count(reading.Labels),
            WorthBar.Draw(reading.Value, reading.Control, reading.Original),
            Markup.Percent(reading.Value), Markup.Percent(reading.Control), WorthText.Share(reading.Worth),
        }));
}
