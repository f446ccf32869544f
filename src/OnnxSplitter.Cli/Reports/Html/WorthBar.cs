using System.Globalization;
using System.Xml.Linq;
using OnnxSplitter.Cli.Terminal;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>A bar: what is had without the model, with it, and by the original.</summary>
internal static class WorthBar
{
    private const double Width = 1000, Height = 60;

    /// <summary>Draws it.</summary>
    /// <param name="value">With the obfuscated model, 0 to 1.</param>
    /// <param name="control">Without it.</param>
    /// <param name="original">With the original; null where that is not known.</param>
    public static XElement Draw(double value, double control, double? original) => new(Markup.Svg + "svg",
        new XAttribute("class", "bar"), new XAttribute("viewBox", $"0 0 {Number(Width)} {Number(Height)}"),
        new XAttribute("preserveAspectRatio", "none"), new XAttribute("role", "img"),
        new XAttribute("aria-label", $"{Format.Percent(value)}, {Format.Percent(control)} without the model"
            + (original is { } known ? $", {Format.Percent(known)} by the original" : "")),
        Box("fill-line", 0, control * Width, 0, Height),
        Box("fill-accent", 0, value * Width, Height / 4, Height / 2),
        original is { } all ? Box("fill-ink", all * Width - 6, 6, 0, Height) : null);

    private static XElement Box(string @class, double x, double width, double y, double height) => new(
        Markup.Svg + "rect", new XAttribute("class", @class), new XAttribute("x", Number(Math.Max(0, x))),
        new XAttribute("y", Number(y)), new XAttribute("width", Number(width)),
        new XAttribute("height", Number(height)));

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
