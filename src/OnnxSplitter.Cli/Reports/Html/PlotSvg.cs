using System.Globalization;
using System.Xml.Linq;
using ScottPlot;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>
/// Turns a plot into SVG that takes its colours and font from the page. Tick labels are written here: ScottPlot's own
/// depend on the fonts of the machine that draws, and are missing where it has none.
/// </summary>
internal static class PlotSvg
{
    /// <summary>Stand-ins for the page's colours: each becomes a class of its name.</summary>
    public static readonly Color Accent = Color.FromHex("#010203"), Muted = Color.FromHex("#010204"),
        Ink = Color.FromHex("#010205"), Line = Color.FromHex("#010206"),
        Dashed = Color.FromHex("#010207");

    private static readonly Dictionary<string, string> Classes = new(StringComparer.OrdinalIgnoreCase)
    {
        [Accent.ToHex()] = "accent",
        [Muted.ToHex()] = "muted",
        [Ink.ToHex()] = "ink",
        [Line.ToHex()] = "line",
        [Dashed.ToHex()] = "dashed",
    };

    /// <summary>A tick: where, and what it says.</summary>
    public readonly record struct Tick(double Value, string Label);

    /// <summary>Draws.</summary>
    /// <param name="plot">What, without axes.</param>
    /// <param name="limits">The part of the plane that is shown.</param>
    /// <param name="size">Width and height in the units of <paramref name="room"/>.</param>
    /// <param name="room">Space around the data for labels.</param>
    /// <param name="x">Ticks below.</param>
    /// <param name="y">Ticks to the left, each with a line across.</param>
    /// <param name="id">Unique in the page.</param>
    /// <param name="description">What a reader who can't see it is told.</param>
    public static XElement Draw(
        Plot plot, AxisLimits limits, PixelSize size, PixelPadding room, Tick[] x, Tick[] y, string id,
        string description)
    {
        plot.FigureBackground.Color = Colors.Transparent;
        plot.DataBackground.Color = Colors.Transparent;
        plot.HideAxesAndGrid();
        plot.Layout.Fixed(room);
        plot.Axes.SetLimits(limits);

        var svg = XDocument.Parse(plot.GetSvgXml((int)size.Width, (int)size.Height)).Root!;
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var element in svg.DescendantsAndSelf())
        {
            element.Nodes().OfType<XText>().Where(text => string.IsNullOrWhiteSpace(text.Value)).Remove();
            foreach (var attribute in element.Attributes().ToArray()) Adapt(attribute, NewId);
        }

        svg.RemoveAttributes();
        svg.Add(
            new XAttribute("viewBox", $"0 0 {Text(size.Width)} {Text(size.Height)}"), new XAttribute("role", "img"),
            new XAttribute("aria-label", description));
        var left = room.Left;
        var right = size.Width - room.Right;
        var bottom = size.Height - room.Bottom;
        foreach (var tick in y)
        {
            var at = bottom - (tick.Value - limits.Bottom) / limits.VerticalSpan * (bottom - room.Top);
            svg.AddFirst(new XElement(Markup.Svg + "path", new XAttribute("class", "grid"),
                new XAttribute("d", $"M{Text(left)} {Text(at)}H{Text(right)}")));
            svg.Add(Label(left - 6, at + 4, "end", tick.Label));
        }

        svg.Add(x.Select(tick => Label(
            left + (tick.Value - limits.Left) / limits.HorizontalSpan * (right - left), bottom + 18, "middle",
            tick.Label)));
        return svg;

        // Skia counts through the whole process; numbers of this plot's own make equal reports equal pages.
        string NewId(string old) => ids.TryGetValue(old, out var known) ? known : ids[old] = $"{id}-{ids.Count}";
    }

    /// <summary>
    /// Round values that divide a range into about <paramref name="count"/> parts, its start included.
    /// </summary>
    public static IEnumerable<double> Round(double low, double high, int count)
    {
        var rough = (high - low) / count;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * new[] { 1, 2, 5, 10 }.First(factor => factor * power >= rough * 0.999);
        for (var i = (long)Math.Ceiling(low / step - 1e-9); i * step <= high + step * 1e-9; i++) yield return i * step;
    }

    public static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static XElement Label(double x, double y, string anchor, string text) =>
        new(Markup.Svg + "text", new XAttribute("x", Text(x)), new XAttribute("y", Text(y)),
            new XAttribute("text-anchor", anchor), text);

    private const string Reference = "url(#";

    // Colours become classes, since a page has a light and a dark set.
    private static void Adapt(XAttribute attribute, Func<string, string> newId)
    {
        if (attribute.Name == "fill" || attribute.Name == "stroke")
        {
            if (!Classes.TryGetValue(attribute.Value, out var name)) return;
            var element = attribute.Parent!;
            var old = (string?)element.Attribute("class");
            element.SetAttributeValue("class", $"{(old is null ? "" : old + " ")}{attribute.Name}-{name}");
            attribute.Remove();
        }
        else if (attribute.Name == "id")
        {
            attribute.Value = newId(attribute.Value);
        }
        else if (attribute.Value.StartsWith(Reference, StringComparison.Ordinal))
        {
            attribute.Value = $"{Reference}{newId(attribute.Value[Reference.Length..^1])})";
        }
    }
}
