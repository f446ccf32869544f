using System.Text.Json;

namespace OnnxSplitter.Cli.Reports;

/// <summary>A report as JSON.</summary>
internal static class ReportJson
{
    public static byte[] Bytes(ReportDocument document) =>
        JsonSerializer.SerializeToUtf8Bytes(document, ReportContext.Default.ReportDocument);
}
