using OnnxSplitter.Hosting;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using Spectre.Console;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>The table that ends a protection job.</summary>
internal static class ReportTable
{
    public static void Write(Streams streams, ProtectionReport report)
    {
        var table = new Table().HideHeaders().AddColumns("what", "value");
        table.AddRow("examples and answers", Source(report.Source));
        if (report.DrawnShapes.Count > 0)
            table.AddRow(new Text("drawn"), Consoles.Cell(string.Join(", ", report.DrawnShapes.Select(shape =>
                $"{shape.Key}={string.Join('x', shape.Value)} ({report.DrawnValues[shape.Key]})"))));
        if (report.UnusedArrays.Count > 0)
            table.AddRow(new Text("arrays not used"), Consoles.Cell(string.Join(", ", report.UnusedArrays)));
        if (report.ClassesWithoutExample.Count > 0)
            table.AddRow("classes without an example", MeasureText.Classes(report.ClassesWithoutExample));
        var name = MeasureText.Name(report.Metric);
        table.AddRow($"{name} of the original",
            MeasureText.Value(report.Metric, report.Original, report.OriginalStandardError));
        if (report.Repeated is { } repeated)
            table.AddRow("of a second run, by the first", MeasureText.Value(report.Metric, repeated));
        table.AddRow($"{name} of the obfuscated",
            MeasureText.Value(report.Metric, report.Obfuscated, report.ObfuscatedStandardError));
        table.AddRow($"{name} of the restored",
            MeasureText.Value(report.Metric, report.Restored, report.RestoredStandardError));
        foreach (var (what, value) in WorthText.Rows(report)) table.AddRow(new Text(what), Consoles.Cell(value));
        table.AddRow("weights changed",
            $"{Format.Count(report.WeightsChanged)} of {Format.Count(report.WeightsTotal)}, in "
            + Format.Tensors(report.TensorsChanged));
        if (report.Corrections is { } corrections)
            table.AddRow(new Text("corrections"), Consoles.Cell(CorrectionsText.Cost(corrections)));
        foreach (var (what, value) in UnreachedText.Rows(report)) table.AddRow(new Text(what), Consoles.Cell(value));
        if (report.Keyed is { } keyed) table.AddRow("by a key", KeyedText.Of(keyed));
        else
            table.AddRow("stealth", report.Stealth == StealthKind.Off ? "off: changes may show"
                : "tensor: no value that is odd in its tensor");
        if (report.Estimated.Count > 0)
            table.AddRow(new Text("gradient estimated for"), Consoles.Cell(string.Join(", ", report.Estimated)));
        if (report.Written)
            table.AddRow(
                "secrets", $"{Format.Count(report.SecretsBytes)} bytes{(report.Compact is null ? "" : ", compact")}");
        table.AddRow("time", Format.Seconds(report.Seconds));
        table.AddRow("peak memory", Format.Megabytes(report.PeakMemoryBytes));
        Consoles.On(streams).Write(table);
    }

    public static string Source(DataSource source) => source switch
    {
        DataSource.Labels => "the data's, with its labels",
        DataSource.OwnPredictions => "the data's; answers: the model's own",
        DataSource.RandomInputs => "random inputs; answers: the model's own to them",
        _ => "random inputs, which it gives one class: its scores are measured as values; pass real ones with --data",
    };
}
