namespace OnnxSplitter.Cli.Reports;

/// <summary>What it was made with.</summary>
internal sealed record ReportVersions(
    string OnnxSplitter, string DotNet, string OnnxRuntime, string OperatingSystem, string Architecture);
