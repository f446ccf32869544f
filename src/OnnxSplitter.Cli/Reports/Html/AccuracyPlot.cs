using System.Globalization;
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
        var last = document.Steps.Count > 0 ? document.Steps[^1].Phase : null;
        var most = Math.Max(document.Changes.Weights, document.Steps.Select(step => step.WeightsChanged).DefaultIfEmpty(0).Max());
        var plot = new Plot();
        plot.Add.HorizontalLine(accuracy.Target * 100, 1.5f, PlotSvg.Dashed);

        // The last phase made the outcome; the phases before it tried which way to go, and it went on from one of them.
        var outcome = document.Steps.Where(step => step.Phase == last).ToArray();
        var trials = document.Steps.Where(step => step.Phase != last).GroupBy(step => step.Phase).ToArray();
        var origin = trials.Where(trial => trial.Last().WeightsChanged == outcome[0].WeightsChanged)
            .MinBy(trial => trial.Last().CalibrationAccuracy);
        foreach (var trial in trials.Where(trial => trial != origin)) Path(plot, trial, PlotSvg.Muted, line: 1, size: 4);
        Path(plot, origin?.Concat(outcome) ?? outcome, PlotSvg.Accent, line: 2.5f, size: 7);
        foreach (var (weights, share) in new[] { (0, accuracy.Original), (document.Changes.Weights, accuracy.Obfuscated) })
            plot.Add.Marker(weights, share * 100, MarkerShape.FilledDiamond, 13, PlotSvg.Ink);

        var limits = new AxisLimits(-0.03 * most, 1.03 * most, 0, 104);
        var svg = PlotSvg.Draw(plot, limits, Size, new PixelPadding(48, 10, 28, 8),
            [.. PlotSvg.Round(0, most, 6).Where(value => value % 1 == 0).Select(value => new PlotSvg.Tick(value, PlotSvg.Text(value)))],
            [.. new[] { 0, 25, 50, 75, 100 }.Select(value => new PlotSvg.Tick(value, $"{value} %"))],
            "accuracy",
            string.Create(CultureInfo.InvariantCulture,
                $"Accuracy fell from {Markup.Percent(accuracy.Original)} to {Markup.Percent(accuracy.Obfuscated)} with {document.Changes.Weights} changed weights. The table below has every step."));
        return Markup.Tag("figure", "plot", svg,
            Markup.Tag("figcaption", null,
                Markup.Tag("p", "axis", "weights changed"),
                Markup.Tag("p", "legend",
                    Key("key-accent", "the search, calibration data"),
                    Key("key-muted", "trials that were given up"),
                    Key("key-ink", "original and obfuscated, evaluation data"),
                    Key("key-dash", $"target, {Markup.Percent(accuracy.Target)}"))));
    }

    private static XElement Key(string swatch, string text) =>
        Markup.Tag("span", null, Markup.Tag("i", swatch), text);

    private static void Path(Plot plot, IEnumerable<ReportStep> steps, Color color, float line, float size)
    {
        var points = steps.Select(step => new Coordinates(step.WeightsChanged, step.CalibrationAccuracy * 100)).ToArray();
        if (points.Length == 0) return;
        var scatter = plot.Add.Scatter(points, color);
        scatter.LineWidth = line;
        scatter.MarkerSize = size;
    }
}
