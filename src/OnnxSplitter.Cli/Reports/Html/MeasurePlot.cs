using System.Xml.Linq;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Data;
using ScottPlot;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>What was measured against the number of changed weights, step by step.</summary>
internal static class MeasurePlot
{
    private static readonly PixelSize Size = new(460, 240);

    // A model that is ten times worse than a constant is no more harmed than one that is three times worse.
    private const double MostError = 3;

    public static XElement Draw(ReportDocument document)
    {
        var measured = document.Measured;
        var steps = document.Steps;
        var most = Math.Max(document.Changes.Weights, steps.Max(step => step.WeightsChanged));
        var (scale, top) = measured.Kind == Metric.Accuracy
            ? (100, 100)
            : (1, Math.Clamp(Math.Max(measured.Obfuscated, measured.Target), 1, MostError));
        var plot = new Plot();
        plot.Add.HorizontalLine(measured.Target * scale, 1.5f, PlotSvg.Dashed);
        Add(plot, steps, Height, PlotSvg.Muted, line: 0, size: 4);
        Add(plot, Best(steps, measured.Kind), Height, PlotSvg.Accent, line: 2.5f, size: 7);
        foreach (var (weights, value) in
            new[] { (0, measured.Original), (document.Changes.Weights, measured.Obfuscated) })
            plot.Add.Marker(weights, Height(value), MarkerShape.FilledDiamond, 12, PlotSvg.Ink);

        var name = MeasureText.Name(measured.Kind);
        var svg = PlotSvg.Draw(
            plot, new AxisLimits(-0.03 * most, 1.03 * most, 0, top * 1.04), Size, new PixelPadding(52, 10, 28, 8),
            [
                .. PlotSvg.Round(0, most, 6).Where(value => value % 1 == 0)
                    .Select(value => new PlotSvg.Tick(value, PlotSvg.Text(value))),
            ],
            [
                .. PlotSvg.Round(0, top, 4).Select(value =>
                    new PlotSvg.Tick(value, measured.Kind == Metric.Accuracy ? $"{value} %" : PlotSvg.Text(value))),
            ],
            "measure",
            $"The {name} went from {Markup.Measured(measured.Kind, measured.Original)} to "
            + $"{Markup.Measured(measured.Kind, measured.Obfuscated)} with "
            + $"{Markup.Count(document.Changes.Weights)} changed weights. The table below has every step.");
        return Markup.Tag("figure", "plot", svg,
            Markup.Tag("figcaption", null,
                Markup.Tag("p", "axis", $"{name} by weights changed"),
                Markup.Tag("p", "legend",
                    Markup.Key("key-accent", "best with so many weights, calibration data"),
                    Markup.Key("key-muted", "every step, calibration data"),
                    Markup.Key("key-ink", "original and obfuscated, evaluation data"),
                    Markup.Key("key-dash", $"target, {Markup.Measured(measured.Kind, measured.Target)}"))));

        double Height(double value) => Math.Min(value * scale, top * 1.02);
    }

    /// <summary>The steps that no step with as few weights or fewer does better than.</summary>
    private static List<ReportStep> Best(IEnumerable<ReportStep> steps, Metric kind)
    {
        var best = new List<ReportStep>();
        foreach (var step in steps.OrderBy(step => step.WeightsChanged).ThenBy(step => kind.Utility(step.Calibration)))
            if (best.Count == 0 || kind.Utility(step.Calibration) < kind.Utility(best[^1].Calibration)) best.Add(step);
        return best;
    }

    private static void Add(
        Plot plot, IEnumerable<ReportStep> steps, Func<double, double> height, Color color, float line, float size)
    {
        var scatter = plot.Add.Scatter(
            steps.Select(step => new Coordinates(step.WeightsChanged, height(step.Calibration))).ToArray(), color);
        scatter.LineWidth = line;
        scatter.MarkerSize = size;
    }
}
