using System.Globalization;
using System.Xml.Linq;
using ScottPlot;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>A touched tensor's values: bars after the changes, a line before them.</summary>
internal static class HistogramPlot
{
    private static readonly PixelSize Size = new(340, 170);

    public static XElement Draw(ReportTensor tensor, string number)
    {
        var values = tensor.Values!;
        var bins = values.Obfuscated.Count;
        var width = values.High > values.Low ? (values.High - values.Low) / bins : 1;
        var plot = new Plot();
        plot.Add.Bars(values.Obfuscated.Select((count, i) => new Bar
        {
            Position = values.Low + (i + 0.5) * width,
            Value = count,
            Size = width * 0.94,
            FillColor = PlotSvg.Line,
            LineWidth = 0,
        }).ToArray());

        var outline = new List<Coordinates>();
        for (var i = 0; i < bins; i++)
        {
            outline.Add(new Coordinates(values.Low + i * width, values.Original[i]));
            outline.Add(new Coordinates(values.Low + (i + 1) * width, values.Original[i]));
        }

        var before = plot.Add.ScatterLine(outline.ToArray(), PlotSvg.Accent);
        before.LineWidth = 1.5f;

        var peak = Math.Max(1, values.Obfuscated.Concat(values.Original).Max());
        var (low, high) = (values.Low, values.Low + bins * width);
        var svg = PlotSvg.Draw(plot, new AxisLimits(low - width / 2, high + width / 2, 0, peak * 1.06), Size,
            new PixelPadding(44, 8, 24, 6),
            [.. PlotSvg.Round(low, high, 4).Select(value => new PlotSvg.Tick(value, Short(value)))],
            [.. PlotSvg.Round(0, peak, 3).Select(value => new PlotSvg.Tick(value, Short(value)))],
            $"values-{number}",
            $"Values of {Markup.Plain(tensor.Path)}, from {Short(values.Low)} to {Short(values.High)}. "
            + "The counts are in the table below.");
        return Markup.Tag("figure", "plot",
            Markup.Tag("h3", null, Markup.Tag("b", "badge", number), Markup.Name(tensor.Path)), svg);
    }

    /// <summary>A row per bin, for those who can't see the plot.</summary>
    public static IEnumerable<object[]> Rows(ReportTensor tensor)
    {
        var values = tensor.Values!;
        var width = (values.High - values.Low) / values.Obfuscated.Count;
        for (var i = 0; i < values.Obfuscated.Count; i++)
            yield return
            [
                Markup.Name(tensor.Path), Short(values.Low + i * width), Short(values.Low + (i + 1) * width),
                Short(values.Original[i]), Short(values.Obfuscated[i]),
            ];
    }

    private static string Short(double value) => Math.Abs(value) is >= 1e6 or (< 1e-3 and > 0)
        ? value.ToString("0.#e0", CultureInfo.InvariantCulture)
        : value.ToString("0.####", CultureInfo.InvariantCulture);
}
