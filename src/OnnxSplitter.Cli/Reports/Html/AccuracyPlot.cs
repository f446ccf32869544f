using System.Xml.Linq;
using ScottPlot;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>Accuracy against the number of changed weights, step by step.</summary>
internal static class AccuracyPlot
{
    private static readonly PixelSize Size = new(460, 240);

    public static XElement Draw(ReportDocument document)
    {
        var accuracy = document.Accuracy;
        var steps = document.Steps;
        var most = Math.Max(document.Changes.Weights, steps.Max(step => step.WeightsChanged));
        var plot = new Plot();
        plot.Add.HorizontalLine(accuracy.Target * 100, 1.5f, PlotSvg.Dashed);
        Add(plot, steps, PlotSvg.Muted, line: 0, size: 4);
        Add(plot, Best(steps), PlotSvg.Accent, line: 2.5f, size: 7);
        foreach (var (weights, share) in new[] { (0, accuracy.Original), (document.Changes.Weights, accuracy.Obfuscated) })
            plot.Add.Marker(weights, share * 100, MarkerShape.FilledDiamond, 12, PlotSvg.Ink);

        var svg = PlotSvg.Draw(
            plot, new AxisLimits(-0.03 * most, 1.03 * most, 0, 104), Size, new PixelPadding(52, 10, 28, 8),
            [
                .. PlotSvg.Round(0, most, 6).Where(value => value % 1 == 0)
                    .Select(value => new PlotSvg.Tick(value, PlotSvg.Text(value))),
            ],
            [.. new[] { 0, 25, 50, 75, 100 }.Select(value => new PlotSvg.Tick(value, $"{value} %"))],
            "accuracy",
            $"Accuracy fell from {Markup.Percent(accuracy.Original)} to {Markup.Percent(accuracy.Obfuscated)} with "
            + $"{Markup.Count(document.Changes.Weights)} changed weights. The table below has every step.");
        return Markup.Tag("figure", "plot", svg,
            Markup.Tag("figcaption", null,
                Markup.Tag("p", "axis", "weights changed"),
                Markup.Tag("p", "legend",
                    Key("key-accent", "best with so many weights, calibration data"),
                    Key("key-muted", "every step, calibration data"),
                    Key("key-ink", "original and obfuscated, evaluation data"),
                    Key("key-dash", $"target, {Markup.Percent(accuracy.Target)}"))));
    }

    /// <summary>The steps that no step with as few weights or fewer does better than.</summary>
    private static List<ReportStep> Best(IEnumerable<ReportStep> steps)
    {
        var best = new List<ReportStep>();
        foreach (var step in steps.OrderBy(step => step.WeightsChanged).ThenBy(step => step.CalibrationAccuracy))
            if (best.Count == 0 || step.CalibrationAccuracy < best[^1].CalibrationAccuracy) best.Add(step);
        return best;
    }

    private static XElement Key(string swatch, string text) =>
        Markup.Tag("span", null, Markup.Tag("i", swatch), text);

    private static void Add(Plot plot, IEnumerable<ReportStep> steps, Color color, float line, float size)
    {
        var scatter = plot.Add.Scatter(
            steps.Select(step => new Coordinates(step.WeightsChanged, step.CalibrationAccuracy * 100)).ToArray(), color);
        scatter.LineWidth = line;
        scatter.MarkerSize = size;
    }
}
