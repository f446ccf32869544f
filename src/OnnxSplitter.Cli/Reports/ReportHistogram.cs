namespace OnnxSplitter.Cli.Reports;

/// <summary>Weights per bin of equal width, from low to high.</summary>
/// <param name="Low">Where the first bin begins.</param>
/// <param name="High">Where the last one ends.</param>
/// <param name="DifferencesWithheldBelow">
/// Where before and after differ by fewer weights, before is given as after.
/// </param>
/// <param name="Obfuscated">After the changes.</param>
/// <param name="Original">Before them.</param>
internal sealed record ReportHistogram(
    double Low,
    double High,
    int DifferencesWithheldBelow,
    IReadOnlyList<long> Obfuscated,
    IReadOnlyList<long> Original);
