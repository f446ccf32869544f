using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.State;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>
/// The whole job: choose weights, write the obfuscated model, seal the secrets, measure what was written.
/// </summary>
public static class ProtectionPipeline
{
    /// <summary>Plans a job and runs it.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="progress">See the other overload.</param>
    /// <param name="stage">See the other overload.</param>
    /// <param name="cancellation">See the other overload.</param>
    /// <exception cref="OnnxSplitterException">Whatever this project refuses, by subclass.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ProtectionReport Run(
        ProtectionOptions options,
        Action<ProtectionProgress>? progress = null,
        Action<ProtectionReport, FileCommit>? stage = null,
        CancellationToken cancellation = default)
    {
        using var plan = JobPlan.Of(options);
        return Run(plan, progress, stage, cancellation);
    }

    /// <summary>Runs a job.</summary>
    /// <param name="plan">What to do. Still the caller's to dispose.</param>
    /// <param name="progress">Told about every round, on the calling thread.</param>
    /// <param name="stage">
    /// Told the report when everything is written and has no name yet, to add files of its own, which get their names
    /// at the same moment; if it throws, nothing does.
    /// </param>
    /// <param name="cancellation">Stops between rounds; nothing is written then.</param>
    /// <exception cref="OnnxSplitterException">Whatever this project refuses, by subclass.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ProtectionReport Run(
        JobPlan plan,
        Action<ProtectionProgress>? progress = null,
        Action<ProtectionReport, FileCommit>? stage = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var options = plan.Options;
        var log = new JobLog(progress);
        log.Tell("reading the model");
        if (options.Search.Strategy == StrategyKind.Keyed) return new KeyedJob(plan, log, cancellation).Run(stage);
        using var resumed = options.Resume ? plan.OpenJournal() : null;
        using var original = JobOriginal.Open(plan, log);
        cancellation.ThrowIfCancellationRequested();
        using var begun = plan.KeepsState && !options.Resume ? plan.OpenJournal() : null;
        var journal = resumed ?? begun;
        using var search = new JobSearch(plan, original, log, cancellation);
        var found = search.Run((ISearchJournal?)journal ?? new NoJournal());
        log.Tell("measuring what was written");
        using var outcome = new JobOutcome(plan, original, search, found);
        cancellation.ThrowIfCancellationRequested();
        var reports = new JobReport(plan, original, search, outcome, log);
        if (!outcome.Complete(log)) return reports.OfNothing();
        var report = reports.OfOutputs();
        using var commit = new FileCommit();
        foreach (var written in outcome.Outputs) written.AddTo(commit);
        stage?.Invoke(report, commit);
        if (outcome.Reached && journal is not null) commit.Remove(options.State!);
        commit.Commit();
        return report;
    }
}
