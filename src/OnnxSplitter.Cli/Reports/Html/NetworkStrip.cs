using System.Xml.Linq;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>
/// The network from input to output, one column per weight tensor: above the line its share of the changes, below it
/// its size.
/// </summary>
internal static class NetworkStrip
{
    private const double Above = 90, Below = 40, Column = 10;

    public static XElement Draw(ReportDocument document)
    {
        var tensors = document.Tensors;
        var most = tensors.Max(tensor => tensor.ShareOfChanges);
        var largest = Math.Log10(1 + tensors.Max(tensor => tensor.Weights));
        var svg = new XElement(Markup.Svg + "svg",
            new XAttribute("viewBox", $"0 0 {PlotSvg.Text(tensors.Count * Column)} {Above + Below + 4}"),
            new XAttribute("preserveAspectRatio", "none"), new XAttribute("role", "img"),
            new XAttribute("aria-label",
                "Where the changes lie, from the network's input to its output. The table below says the same."));
        for (var i = 0; i < tensors.Count; i++)
        {
            var size = Below * Math.Log10(1 + tensors[i].Weights) / largest;
            svg.Add(Box(i, Above + 4, size, "fill-line"));
            var share = Above * tensors[i].ShareOfChanges / most;
            if (share > 0) svg.Add(Box(i, Above - share, share, "fill-accent"));
        }

        svg.Add(new XElement(Markup.Svg + "rect", new XAttribute("class", "fill-muted"), new XAttribute("x", 0),
            new XAttribute("y", Above + 1), new XAttribute("width", PlotSvg.Text(tensors.Count * Column)),
            new XAttribute("height", 2)));
        return Markup.Tag("figure", "strip", svg,
            Markup.Tag("figcaption", null,
                Markup.Tag("p", "ends", Markup.Tag("span", null, "input"), Markup.Tag("span", null, "output")),
                Markup.Tag("p", "legend",
                    Markup.Tag("span", null, Markup.Tag("i", "key-accent"), "share of the changes"),
                    Markup.Tag(
                        "span", null, Markup.Tag("i", "key-line"), "size of the tensor, on a logarithmic scale"))));
    }

    private static XElement Box(int column, double y, double height, string @class) =>
        new(
            Markup.Svg + "rect", new XAttribute("class", @class),
            new XAttribute("x", PlotSvg.Text(column * Column + 1)),
            new XAttribute("y", PlotSvg.Text(y)), new XAttribute("width", Column - 2),
            new XAttribute("height", PlotSvg.Text(height)));
}
