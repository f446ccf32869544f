using System.Globalization;
using System.Xml.Linq;
using OnnxSplitter.Cli.Terminal;
using ScottPlot;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>Accuracy against the number of changed weights, step by step.</summary>
internal static class AccuracyPlot
{
    private static readonly PixelSize Size = new(560, 280);

    public static XElement Draw(ReportDocument document)
    {
        var accuracy = document.Accuracy;
        var last = document.Steps.Count > 0 ? document.Steps[^1].Phase : null;
        var most = Math.Max(document.Changes.Weights, document.Steps.Select(step => step.WeightsChanged).DefaultIfEmpty(0).Max());
        var plot = new Plot();
        var target = plot.Add.HorizontalLine(accuracy.Target * 100, 1.5f, PlotSvg.Muted, LinePattern.Dashed);
        target.IsVisible = true;

        // The last phase is the search that made the outcome; what came before tried which way to go.
        Points(plot, document.Steps.Where(step => step.Phase != last), PlotSvg.Muted, line: 0, size: 5);
        Points(plot, document.Steps.Where(step => step.Phase == last), PlotSvg.Accent, line: 2, size: 6);
        foreach (var (weights, share) in new[] { (0, accuracy.Original), (document.Changes.Weights, accuracy.Obfuscated) })
            plot.Add.Marker(weights, share * 100, MarkerShape.FilledDiamond, 13, PlotSvg.Ink);

        var limits = new AxisLimits(-0.03 * most, 1.03 * most, 0, 104);
        var svg = PlotSvg.Draw(plot, limits, Size, new PixelPadding(48, 10, 28, 8),
            [.. PlotSvg.Round(0, most, 6).Where(value => value % 1 == 0).Select(value => new PlotSvg.Tick(value, PlotSvg.Text(value)))],
            [.. new[] { 0, 25, 50, 75, 100 }.Select(value => new PlotSvg.Tick(value, $"{value} %"))],
            "accuracy",
            string.Create(CultureInfo.InvariantCulture,
                $"Accuracy fell from {Format.Percent(accuracy.Original)} to {Format.Percent(accuracy.Obfuscated)} with {document.Changes.Weights} changed weights. The table below has every step."));
        return Markup.Tag("figure", "plot", svg,
            Markup.Tag("figcaption", null,
                Markup.Tag("p", "axis", "weights changed"),
                Markup.Tag("p", "legend",
                    Key("key-accent", "the search, calibration data"),
                    Key("key-muted", "trials of objectives, calibration data"),
                    Key("key-ink", "original and obfuscated, evaluation data"),
                    Key("key-dash", $"target, {Format.Percent(accuracy.Target)}"))));
    }

    private static XElement Key(string swatch, string text) =>
        Markup.Tag("span", null, Markup.Tag("i", swatch), text);

    private static void Points(Plot plot, IEnumerable<ReportStep> steps, Color color, float line, float size)
    {
        var points = steps.Select(step => new Coordinates(step.WeightsChanged, step.CalibrationAccuracy * 100)).ToArray();
        if (points.Length == 0) return;
        var scatter = plot.Add.Scatter(points, color);
        scatter.LineWidth = line;
        scatter.MarkerSize = size;
    }
}
