using OnnxSplitter.Data;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>How far a job is.</summary>
/// <param name="Phase">What is being done, in a few words.</param>
/// <param name="Round">Round of the search, from 1; 0 outside it.</param>
/// <param name="Loss">What the search drives down; NaN outside it.</param>
/// <param name="Metric">What the model is judged by.</param>
/// <param name="Measured">On the calibration data; NaN where not known.</param>
/// <param name="WeightsChanged">So far.</param>
/// <param name="Elapsed">Since the job began.</param>
public sealed record ProtectionProgress(
    string Phase, int Round, double Loss, Metric Metric, double Measured, int WeightsChanged, TimeSpan Elapsed);
