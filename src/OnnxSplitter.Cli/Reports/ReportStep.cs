namespace OnnxSplitter.Cli.Reports;

/// <summary>One step of the search.</summary>
/// <param name="Phase">What was being done.</param>
/// <param name="Round">Its round, from 1.</param>
/// <param name="WeightsChanged">So far.</param>
/// <param name="Calibration">The measure on calibration data; accuracy is balanced over the classes.</param>
/// <param name="Seconds">Since the job began.</param>
internal sealed record ReportStep(
    string Phase, int Round, int WeightsChanged, double Calibration, double Seconds);
