using System.Text.Json;
using System.Text.Json.Serialization;

namespace OnnxSplitter.Cli.Reports;

/// <summary>A report as JSON.</summary>
internal static class ReportJson
{
    public static byte[] Bytes(ReportDocument document) =>
        JsonSerializer.SerializeToUtf8Bytes(document, ReportContext.Default.ReportDocument);
}

/// <summary>Generated serialisers, so that the tool starts without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class ReportContext : JsonSerializerContext;
