using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Data;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Cli.Commands;

/// <summary>
/// Protects a model by a key without data: what that does is measured on drawn inputs where that is cheap and works.
/// </summary>
internal static class KeyedProtectJob
{
    // To load and to run a larger one takes longer than to protect it.
    private const long MostMeasured = 1L << 30;

    /// <summary>Whether a request leaves open whether anything is measured.</summary>
    public static bool IsFor(ProtectRequest request) => request.Search.Strategy == StrategyKind.Keyed
        && request.Data is { Calibration: null, Evaluation: null } && request.Reports.Count == 0;

    public static int Run(ProtectRequest request, Streams streams, CancellationToken cancellation)
    {
        RuntimeLog.Quiet();
        var (measured, unmeasured) = ProtectJob.WithPlan(request, streams, plan => ProgressDisplay.Run(
            streams, request.Json, progress => Run(plan, streams, progress, cancellation)));
        return measured is not null ? ProtectJob.Show(measured, request, streams)
            : ProtectJob.ShowUnmeasured(unmeasured!, request, streams);
    }

    private static (ProtectionReport? Measured, UnmeasuredReport? Unmeasured) Run(
        JobPlan plan, Streams streams, Action<ProtectionProgress> progress, CancellationToken cancellation)
    {
        try
        {
            if (plan.Model.TotalLength < MostMeasured)
                return (ProtectionPipeline.Run(plan, progress, stage: null, cancellation), null);
        }
        catch (OnnxSplitterException e) when (e is DataFormatException or ModelFormatException)
        {
            // What can't be protected is refused again.
            streams.Error.WriteLine($"warning: not measured on drawn inputs: {e.Message} --data gives examples.");
        }

        return (null, UnmeasuredProtection.Run(plan, progress, cancellation));
    }
}
