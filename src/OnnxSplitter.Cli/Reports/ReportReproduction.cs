namespace OnnxSplitter.Cli.Reports;

/// <summary>How to make the same again.</summary>
internal sealed record ReportReproduction(
    string CommandLine,
    int Seed,
    string Strategy,
    string Move,
    string Stealth,
    int MaxWeights,
    double Seconds,
    long PeakMemoryBytes,
    ReportVersions Versions,
    IReadOnlyList<ReportFile> Files);
