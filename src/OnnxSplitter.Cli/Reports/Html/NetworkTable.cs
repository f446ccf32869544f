using System.Globalization;
using System.Xml.Linq;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>The touched tensors in graph order, with what lies between them told in a line.</summary>
internal static class NetworkTable
{
    public static XElement Draw(ReportDocument document)
    {
        var body = Markup.Tag("tbody");
        var number = 0;
        var run = new List<ReportTensor>();
        foreach (var tensor in document.Tensors)
        {
            if (tensor.Changed == 0)
            {
                run.Add(tensor);
                continue;
            }

            AddRun();
            body.Add(Row(tensor, ++number, document.Tensors.Max(other => other.ShareOfChanges)));
        }

        AddRun();
        return Markup.Tag("div", "scroll", Markup.Tag("table", "network",
            Markup.Tag("caption", "hidden", "Touched weight tensors in graph order"),
            Markup.Tag("thead", null, Markup.Tag("tr", null,
                new[] { "", "tensor", "changed", "share" }.Select((title, i) =>
                    Markup.Tag("th", i > 1 ? "number" : null, new XAttribute("scope", "col"), title)))),
            body));

        void AddRun()
        {
            if (run.Count > 0)
                body.Add(Markup.Tag("tr", "run", Markup.Tag("td"), Markup.Tag("td", null, new XAttribute("colspan", 3),
                    $"{Markup.Count(run.Count)} untouched {(run.Count == 1 ? "tensor" : "tensors")}, "
                    + $"{Markup.Count(run.Sum(tensor => tensor.Weights))} weights")));
            run.Clear();
        }
    }

    /// <summary>A shape as it is read: 16 × 3 × 3 × 3.</summary>
    public static string Shape(ReportTensor tensor) => string.Join(" \u00d7 ", tensor.Dims);

    /// <summary>What a tensor is for.</summary>
    public static object[] Use(ReportTensor tensor) => [Markup.Name(tensor.Op), $" {tensor.Use}"];

    private static XElement Row(ReportTensor tensor, int number, double most) => Markup.Tag("tr", null,
        Markup.Tag("td", null, Markup.Tag("b", "badge", number.ToString(CultureInfo.InvariantCulture))),
        Markup.Tag("td", null, Markup.Name(tensor.Path),
            Markup.Tag(
                "small", null, Use(tensor),
                $", {Shape(tensor)}{(tensor.GradientEstimated ? ", gradient estimated" : "")}"),
                    Bar(tensor.ShareOfChanges / most)),
        Markup.Tag("td", "number", Markup.Count(tensor.Changed),
            Markup.Tag("small", null, $"of {Markup.Count(tensor.Weights)}")),
        Markup.Tag("td", "number", Markup.Percent(tensor.ShareOfChanges)));

    private static XElement Bar(double length) => new(Markup.Svg + "svg",
        new XAttribute("class", "bar"), new XAttribute("viewBox", "0 0 100 10"),
        new XAttribute("preserveAspectRatio", "none"), new XAttribute("aria-hidden", "true"),
        new XElement(Markup.Svg + "rect", new XAttribute("class", "fill-accent"),
            new XAttribute("width", PlotSvg.Text(length * 100)), new XAttribute("height", 10)));
}
