using System.Globalization;
using OnnxSplitter.Attacks;
using OnnxSplitter.Hosting;
using OnnxSplitter.Protection.Pipeline;
using Spectre.Console;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>What a host learns from corrections, in words and as a table.</summary>
internal static class CorrectionsText
{
    private const int MostNames = 5;

    /// <summary>The table, and what it comes to.</summary>
    public static void Write(Streams streams, CorrectionsReport report)
    {
        var table = new Table().AddColumns(
            "layer", "op", "channels", "unknowns", "equations a query", "queries", "error", "weights found");
        foreach (var column in table.Columns.Skip(2)) column.RightAligned();
        foreach (var layer in report.Layers)
            table.AddRow(layer.Layer.EscapeMarkup(), layer.Op.EscapeMarkup(), $"{layer.Inputs} to {layer.Outputs}",
                layer.Unknowns == 0 ? "too many" : Format.Count(layer.Unknowns), Format.Count(layer.Equations),
                layer.Queries is { } queries ? Format.Count(queries) : "-",
                layer.Error.ToString("0.0e+0", CultureInfo.InvariantCulture), $"{layer.Found} of {layer.Changed}");
        Consoles.On(streams).Write(table);
        streams.Output.WriteLine("Channels: those that go into a layer and matter, and those that come out and change. "
            + "Unknowns and equations: for each of the latter. Queries: until the change of the weights is known to a "
            + "thousandth.");
        streams.Output.WriteLine(Verdict(report));
    }

    /// <summary>What layers cost that may be corrected.</summary>
    public static string Cost(CorrectionsCost cost) =>
        $"of {Format.Some(cost.Layers, MostNames)}, where they changed: a way there and back for each, and at most "
        + $"{Format.Count(cost.Values)} numbers for each example";

    /// <summary>What a vendor has to know.</summary>
    public static string Verdict(CorrectionsReport report)
    {
        var (found, changed) = (report.Layers.Sum(layer => layer.Found), report.Layers.Sum(layer => layer.Changed));
        var weights = found == changed ? $"all {Format.Count(found)} changed weights"
            : $"{Format.Count(found)} of {Format.Count(changed)} changed weights to a thousandth, and the others as "
                + "far as outputs show them,";
        return report.Queries is { } queries
            ? $"A host that a trusted process gives corrections knows {weights} after {Format.Count(queries)} "
                + $"{(queries == 1 ? "query" : "queries")}.{Brought(report)} Corrections hide nothing from a host: "
                + "serve the model's tail, or all of it."
            : $"With these examples a host finds {Format.Count(found)} of {Format.Count(changed)} changed weights."
                + $"{Brought(report)} More, or other ones, may show the rest: corrections hide nothing from a host for "
                + "long.";
    }

    private static string Brought(CorrectionsReport report)
    {
        if (report.BroughtBack is not { } back || report.Original is not { } original
            || report.Obfuscated is not { } obfuscated) return "";
        var figures = $" With what was found put back, the model has {Format.Percent(back.Value)}; obfuscated it has "
            + $"{Format.Percent(obfuscated.Value)}, and the original {Format.Percent(original.Value)}.";
        return obfuscated.Value < original.Value - Math.Max(original.StandardError, obfuscated.StandardError) ? figures
            : $"{figures} So the changes do no harm, and nothing had to be brought back: protect it by a search, or "
                + "change more.";
    }
}
