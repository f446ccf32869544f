using System.Xml.Linq;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>Elements of the page. Text is escaped when the tree is written, so no text can become markup.</summary>
internal static class Markup
{
    public static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private const int LongestName = 160;

    /// <summary>An HTML element; empty ones get an end tag, as HTML wants.</summary>
    public static XElement Tag(string name, string? @class = null, params object?[] content) =>
        new(name, @class is null ? null : new XAttribute("class", @class), content.Length == 0 ? "" : content);

    /// <summary>
    /// A name from the model or the machine, isolated from the direction of the text around it. What can't be seen, or
    /// would turn text around, shows as U+FFFD; what is too long to read is cut.
    /// </summary>
    public static XElement Name(string name) => new("bdi", Plain(name));

    /// <summary>A name as plain text, for attributes.</summary>
    public static string Plain(string name) => Printable.Of(name, LongestName);

    /// <summary>A figure that does not break at the space inside it.</summary>
    public static string Unbroken(string figure) => figure.Replace(' ', '\u00a0');

    public static string Count(long value) => Unbroken(Format.Count(value));

    public static string Measured(Metric kind, double value) => Unbroken(MeasureText.Value(kind, value));

    public static string Measured(Metric kind, double value, double standardError) =>
        Unbroken(MeasureText.Value(kind, value, standardError));

    public static string Percent(double share) => Unbroken(Format.Percent(share));

    public static XElement Section(string title, params object?[] content) =>
        Tag("section", null, Tag("h2", null, title), content);

    public static XElement List(IEnumerable<string> items) =>
        Tag("ul", null, items.Select(item => Tag("li", null, item)));

    /// <summary>What a colour of a plot stands for.</summary>
    public static XElement Key(string swatch, string text) => Tag("span", null, Tag("i", swatch), text);

    /// <summary>A table that scrolls by itself where it is too wide.</summary>
    /// <param name="caption">What it holds; for screen readers alone.</param>
    /// <param name="columns">Headings; those of numbers begin with '#'.</param>
    /// <param name="rows">Cells: text or elements.</param>
    public static XElement Table(string caption, string[] columns, IEnumerable<object[]> rows)
    {
        string? Class(int column) => columns[column].StartsWith('#') ? "number" : null;
        return Tag("div", "scroll", Tag("table", null,
            Tag("caption", "hidden", caption),
            Tag("thead", null, Tag("tr", null, columns.Select((title, i) =>
                Tag("th", Class(i), new XAttribute("scope", "col"), title.TrimStart('#'))))),
            Tag("tbody", null, rows.Select(cells =>
                Tag("tr", null, cells.Select((cell, i) => Tag("td", Class(i), cell)))))));
    }

    public static XElement Folded(string summary, params object?[] content) =>
        Tag("details", null, Tag("summary", null, summary), content);
}
