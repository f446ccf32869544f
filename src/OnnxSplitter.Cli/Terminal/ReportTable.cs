using OnnxSplitter.Cli.Hosting;
using OnnxSplitter.Protection.Pipeline;
using Spectre.Console;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>The table that ends a protection job.</summary>
internal static class ReportTable
{
    public static void Write(Streams streams, ProtectionReport report)
    {
        var table = new Table().HideHeaders().AddColumns("what", "value");
        table.AddRow("examples and labels", Source(report.Source));
        table.AddRow("accuracy of the original", Format.Percent(report.AccuracyOriginal));
        table.AddRow("accuracy of the obfuscated", Format.Percent(report.AccuracyObfuscated));
        table.AddRow("accuracy of the restored", Format.Share(report.AccuracyRestored));
        table.AddRow("weights changed",
            $"{Format.Count(report.WeightsChanged)} of {Format.Count(report.WeightsTotal)}, in {report.TensorsChanged} tensors");
        if (report.Written) table.AddRow("secrets", $"{Format.Count(report.SecretsBytes)} bytes{(report.Compact is null ? "" : ", compact")}");
        table.AddRow("time", Format.Seconds(report.Seconds));
        table.AddRow("peak memory", Format.Megabytes(report.PeakMemoryBytes));
        Consoles.On(streams).Write(table);
    }

    public static string Source(DataSource source) => source switch
    {
        DataSource.Labels => "the data's, with its labels",
        DataSource.OwnPredictions => "the data's; labels: the model's own predictions",
        _ => "random inputs; labels: the model's own predictions on them",
    };
}
