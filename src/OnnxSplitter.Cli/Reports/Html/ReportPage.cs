using System.Globalization;
using System.Xml.Linq;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Data;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>A report as one page that needs no other file, no script and no network.</summary>
internal static class ReportPage
{
    // As many histograms as one looks at; JSON has them all.
    private const int MostHistograms = 12;

    /// <summary>The page, in UTF-8.</summary>
    public static byte[] Bytes(ReportDocument document)
    {
        return PageShell.Bytes($"Protection report: {Markup.Plain(document.Model)}",
            Header(document), Figures(document),
            WorthSection.Draw(document.Worth, document.Measured.Kind),
            document.Attacks is { } attacks ? AttackSection.Draw(attacks) : null, Network(document),
            Search(document), Values(document),
            Markup.Section("What the obfuscated file still shows", Markup.List(document.Visible)),
            Markup.Section("What this does not protect against", Markup.List(document.Limits)),
            Reproduction(document.Reproduction));
    }

    private static XElement Header(ReportDocument document) => Markup.Tag("header", null,
        Markup.Tag("p", "over", "Protection report"),
        Markup.Tag("h1", null, Markup.Name(document.Model)),
        Markup.Tag("p", "quiet", document.Created.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture),
            $", OnnxSplitter {document.Reproduction.Versions.OnnxSplitter}"),
        Markup.Tag("p", "handling", document.Handling),
        document.TargetReached
            ? null
            : Markup.Tag("p", "warning", Markup.Tag("strong", null, "The target was not reached. "),
                $"{(document.Measured.Kind == Metric.Accuracy ? "At most" : "At least")} "
                + $"{Markup.Measured(document.Measured.Kind, document.Measured.Target)} was asked for; the best that "
                + "was found gives "
                + $"{Markup.Measured(document.Measured.Kind, document.Measured.Obfuscated)} and was kept as asked. Do "
                + "not ship it as protected."));

    private static XElement Figures(ReportDocument document)
    {
        var (measured, changes) = (document.Measured, document.Changes);
        return Markup.Tag("section", null,
            Markup.Tag("h2", null, measured.Kind == Metric.Accuracy ? "Balanced accuracy" : "Normalised error"),
            Markup.Tag("dl", "figures",
                Figure("Original", measured.Kind, measured.Original, measured.OriginalStandardError, null),
                Figure("Obfuscated", measured.Kind, measured.Obfuscated, measured.ObfuscatedStandardError, "main"),
                Figure("Restored", measured.Kind, measured.Restored, measured.RestoredStandardError, null)),
            Markup.Tag("p", null,
                $"{Markup.Count(changes.Weights)} of {Markup.Count(changes.WeightsTotal)} weights differ, in "
                + $"{Markup.Count(changes.Tensors)} of {Markup.Count(changes.TensorsTotal)} tensors (strategy "
                + $"{document.Reproduction.Strategy}, move "
                + $"{document.Reproduction.Move}, stealth "
                + $"{document.Reproduction.Stealth}). The secrets that put them back take "
                + $"{Markup.Count(changes.SecretsBytes)} bytes."),
            Markup.Tag("p", "quiet",
                measured.Kind == Metric.Accuracy
                    ? "Mean over the classes of each one's share of right predictions, \u00b1 standard error,"
                    : "Squared difference from the original's outputs, divided by their variance,",
                $" of output ", Markup.Name(measured.Output),
                $" on {Markup.Count(measured.EvaluationCount)} examples that choosing never looked at; "
                + $"{(measured.Kind == Metric.Accuracy ? "guessing" : "the best constant answer")} gives "
                + $"{Markup.Measured(measured.Kind, measured.Chance)}, the target was "
                + $"{Markup.Measured(measured.Kind, measured.Target)}. Examples and answers: {measured.Examples}."
                + (measured.ClassesWithoutExample.Count > 0
                    ? $" Classes without an example: {MeasureText.Classes(measured.ClassesWithoutExample)}."
                    : "")));
    }

    private static XElement Figure(string name, Metric kind, double value, double standardError, string? @class) =>
        Markup.Tag("div", @class,
            Markup.Tag("dt", null, name), Markup.Tag("dd", null, Markup.Measured(kind, value, standardError)));

    private static XElement Network(ReportDocument document) => Markup.Section("Where in the network",
        NetworkStrip.Draw(document), NetworkTable.Draw(document),
        Markup.Folded($"All {Markup.Count(document.Tensors.Count)} weight tensors", Markup.Table(
            "All weight tensors in graph order", ["tensor", "use", "shape", "#weights", "#changed"],
            document.Tensors.Select(tensor => new object[]
            {
                Markup.Name(tensor.Path), NetworkTable.Use(tensor), NetworkTable.Shape(tensor),
                Markup.Count(tensor.Weights), Markup.Count(tensor.Changed),
            }))));

    private static XElement Search(ReportDocument document) => document.Steps.Count == 0
        ? Markup.Section(
            "The search", Markup.Tag("p", null, "Weights were drawn at random: there are no steps to show."))
        : Markup.Section("The search",
            Markup.Tag("p", "quiet",
                document.Measured.Kind == Metric.Accuracy
                    ? "The accuracy, balanced over the classes, is measured on up to "
                    : "The error is measured on up to ",
                $"{Markup.Count(document.Measured.CalibrationCount)} examples. At the end, changes that are not "
                + "needed are "
                + "taken back."),
            MeasurePlot.Draw(document),
            Markup.Folded($"All {Markup.Count(document.Steps.Count)} steps", Markup.Table(
                "Steps of the search",
                [
                    "phase", "#round", "#weights changed", $"#calibration {MeasureText.Name(document.Measured.Kind)}",
                    "#time",
                ],
                document.Steps.Select(step => new object[]
                {
                    step.Phase, Markup.Count(step.Round), Markup.Count(step.WeightsChanged),
                    Markup.Measured(document.Measured.Kind, step.Calibration), Format.Seconds(step.Seconds),
                }))));

    private static XElement Values(ReportDocument document)
    {
        // Numbered as in the table of the network.
        var shown = document.Tensors.Where(tensor => tensor.Changed > 0)
            .Select((tensor, i) => (Tensor: tensor, Number: (i + 1).ToString(CultureInfo.InvariantCulture)))
            .Where(pair => pair.Tensor.Values is not null)
            .OrderByDescending(pair => pair.Tensor.Changed).Take(MostHistograms).ToArray();
        var alike = shown.All(pair => pair.Tensor.Values!.Original.SequenceEqual(pair.Tensor.Values.Obfuscated));
        return Markup.Section("Values of the touched tensors",
            Markup.Tag("p", "legend",
                Markup.Key("key-line", "obfuscated"),
                Markup.Key("key-accent", "original")),
            Markup.Tag("div", "grid", shown.Select(pair => HistogramPlot.Draw(pair.Tensor, pair.Number))),
            Markup.Tag("p", "quiet",
                $"Number of weights by value. A difference of fewer than {ValueHistogram.Withheld} weights in a bar "
                + "is not "
                + "drawn: it would tell the original value of single weights."
                + (alike ? " None of these tensors has a larger one, so lines and bars agree." : "")
                + (document.Changes.Tensors > shown.Length
                    ? $" The {shown.Length} tensors with the most changes are shown."
                    : "")),
            Markup.Folded("The counts", Markup.Table(
                "Weights per bin", ["tensor", "#from", "#to", "#original", "#obfuscated"],
                shown.SelectMany(pair => HistogramPlot.Rows(pair.Tensor)))));
    }

    private static XElement Reproduction(ReportReproduction made) => Markup.Section("How to make it again",
        Markup.Tag("pre", null, made.CommandLine),
        Markup.Tag("p", "quiet",
            "The same versions on the same kind of processor choose the same weights. The secrets file differs each "
            + "time, since it is sealed with new keys."),
        Markup.Table("Settings and versions", ["setting", "value"],
        [
            ["seed", made.Seed.ToString(CultureInfo.InvariantCulture)],
            ["strategy, move", $"{made.Strategy}, {made.Move}"],
            ["stealth", made.Stealth],
            ["most weights", Markup.Count(made.MaxWeights)],
            ["OnnxSplitter", made.Versions.OnnxSplitter],
            [".NET", made.Versions.DotNet],
            ["ONNX Runtime", made.Versions.OnnxRuntime],
            ["system", $"{made.Versions.OperatingSystem}, {made.Versions.Architecture}"],
            ["time, peak memory", $"{Format.Seconds(made.Seconds)}, {Format.Megabytes(made.PeakMemoryBytes)}"],
        ]),
        Markup.Tag("h3", null, "Files"),
        Markup.Tag("dl", "files", made.Files.Select(file => new object[]
        {
            Markup.Tag("dt", null, $"{file.Role}: ", Markup.Name(file.Name), $", {Markup.Count(file.Bytes)} bytes"),
            Markup.Tag("dd", null, Markup.Tag("code", null, $"SHA-256 {file.Sha256}")),
        })));
}
