using System.Text.Json.Serialization;

namespace OnnxSplitter.Cli.Reports;

/// <summary>Generated serialisers, so that the tool starts without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class ReportContext : JsonSerializerContext;
