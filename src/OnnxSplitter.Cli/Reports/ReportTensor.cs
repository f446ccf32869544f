namespace OnnxSplitter.Cli.Reports;

/// <summary>One weight tensor.</summary>
/// <param name="Path">Tensor path.</param>
/// <param name="Op">The op that uses it.</param>
/// <param name="Use">Whether that op multiplies by it (<c>weight</c>) or adds it (<c>bias</c>).</param>
/// <param name="Dims">Shape.</param>
/// <param name="Weights">Number of weights.</param>
/// <param name="Changed">Number of those that were changed.</param>
/// <param name="ShareOfChanges">Of all changes, 0 to 1.</param>
/// <param name="Values">Histogram of a touched tensor.</param>
/// <param name="GradientEstimated">Whether its gradient had to be estimated.</param>
internal sealed record ReportTensor(
    string Path,
    string Op,
    string Use,
    IReadOnlyList<long> Dims,
    long Weights,
    long Changed,
    double ShareOfChanges,
    ReportHistogram? Values,
    bool GradientEstimated = false);
