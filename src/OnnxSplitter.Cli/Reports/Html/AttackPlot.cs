using System.Xml.Linq;
using OnnxSplitter.Cli.Results;
using ScottPlot;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>The best attack and the best control, by how many labels a thief has.</summary>
internal static class AttackPlot
{
    private static readonly PixelSize Size = new(460, 240);

    /// <summary>The figure.</summary>
    public static XElement Draw(AttackOutcome attacks)
    {
        int[] labels = [.. attacks.Attacks.Select(row => row.Labels).Distinct().Order()];
        var plot = new Plot();
        if (attacks.Original is { } original) plot.Add.HorizontalLine(original * 100, 1.5f, PlotSvg.Dashed);
        Add(plot, labels, Controls(attacks, labels), PlotSvg.Muted, 2);
        Add(plot, labels, Best(attacks, labels), PlotSvg.Accent, 2.5f);
        var svg = PlotSvg.Draw(
            plot, new AxisLimits(-0.2, labels.Length - 0.8, 0, 104), Size, new PixelPadding(52, 10, 28, 8),
            [.. labels.Select((count, i) => new PlotSvg.Tick(i, Markup.Count(count)))],
            [.. PlotSvg.Round(0, 100, 4).Select(value => new PlotSvg.Tick(value, $"{value} %"))],
            "attacks", attacks.Verdict);
        return Markup.Tag("figure", "plot", svg, Markup.Tag("figcaption", null,
            Markup.Tag("p", "axis", "balanced accuracy by labels"),
            Markup.Tag("p", "legend",
                Markup.Key("key-accent", "best attack"), Markup.Key("key-muted", "best control, without the model"),
                Markup.Key("key-dash", "original"))));
    }

    private static double[] Best(AttackOutcome attacks, int[] labels) =>
        [.. labels.Select(count => attacks.Attacks.Where(row => !row.Control && row.Labels <= count)
            .Select(row => row.Accuracy).Append(attacks.Obfuscated).Max())];

    private static double[] Controls(AttackOutcome attacks, int[] labels) =>
        [.. labels.Select(count => attacks.Attacks.Where(row => row.Control && row.Labels <= count)
            .Select(row => row.Accuracy).Append(attacks.Chance).Max())];

    private static void Add(Plot plot, int[] labels, double[] values, Color color, float width)
    {
        var scatter = plot.Add.Scatter(
            labels.Select((_, i) => new Coordinates(i, values[i] * 100)).ToArray(), color);
        scatter.LineWidth = width;
        scatter.MarkerSize = 7;
    }
}
