using System.Diagnostics;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Protection.Keyed;
using OnnxSplitter.Protection.Output;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>A job whose weights a key changes: nothing is searched, so that data only measures.</summary>
/// <param name="plan">What to do. Still the caller's.</param>
/// <param name="log">Told how far it is.</param>
/// <param name="cancellation">Looked at while the model is written.</param>
internal sealed class KeyedJob(JobPlan plan, JobLog log, CancellationToken cancellation)
{
    // Of smaller ones nobody sees how far they are.
    private const long Told = 1L << 28;

    /// <summary>Protects and measures.</summary>
    /// <param name="stage">As for <see cref="ProtectionPipeline"/>.</param>
    public ProtectionReport Run(Action<ProtectionReport, FileCommit>? stage)
    {
        var selection = Select();
        using var original = JobOriginal.Open(plan, log);
        cancellation.ThrowIfCancellationRequested();
        using var written = Write(selection);
        log.Tell("measuring what was written");
        var measured = KeyedMeasure.Of(plan, original, written);
        var keeps = measured.Reached || plan.Options.AcceptBest;
        var restored = keeps ? RestoredMeasure.Of(plan, original, written) : new(double.NaN, double.NaN);
        cancellation.ThrowIfCancellationRequested();
        var report = Report(selection, original, written, measured, restored, keeps);
        if (!keeps) return report;
        using var commit = new FileCommit();
        written.AddTo(commit);
        stage?.Invoke(report, commit);
        commit.Commit();
        return report;
    }

    /// <summary>Protects, and never runs the model.</summary>
    public UnmeasuredReport RunUnmeasured()
    {
        var selection = Select();
        using var written = Write(selection);
        cancellation.ThrowIfCancellationRequested();
        using var commit = new FileCommit();
        written.AddTo(commit);
        commit.Commit();
        using var process = Process.GetCurrentProcess();
        var (options, search) = (plan.Options, plan.Options.Search);
        return new UnmeasuredReport(
            options.Model, written.Path, [.. plan.Model.DataFiles.Select(data => data.Name)], written.SecretsPath,
            search.Move, search.Stealth, selection.Weights, selection.WeightsTotal, selection.Choices.Count,
            written.SecretsLength, log.Seconds, process.PeakWorkingSet64)
        {
            Keyed = new KeyedFigures(search.Keyed.Rules, selection.Share),
            Corrections = plan.Layers?.Cost,
            Unreached = Unreached(selection),
            WeightsOfModel = plan.Model.WeightCount,
        };
    }

    private KeyedSelection Select() =>
        KeyedSelection.Of(plan.Model, plan.Options.Search.Keyed, plan.Options.Search.Tensors);

    private ObfuscatedOutput Write(KeyedSelection selection)
    {
        var total = plan.Model.TotalLength;
        log.Tell("writing the obfuscated model");
        return ObfuscatedOutput.Write(plan.Options, plan.Targets[0], plan.Model, selection.Draw(), done =>
        {
            cancellation.ThrowIfCancellationRequested();
            if (total >= Told) log.Tell($"writing the obfuscated model: {10 * done / total}0 %");
        });
    }

    private UnreachedTensor[] Unreached(KeyedSelection selection) =>
    [
        .. selection.Skipped.Select(tensor => new UnreachedTensor(tensor.Path, tensor.Weights, tensor.Reason)),
        .. UnreachedTensor.LeftAlone(plan.Model),
    ];

    private ProtectionReport Report(
        KeyedSelection selection, JobOriginal original, ObfuscatedOutput written, KeyedMeasure measured,
        Measured restored, bool keeps)
    {
        using var process = Process.GetCurrentProcess();
        var (options, search, data) = (plan.Options, plan.Options.Search, original.Data);
        return new ProtectionReport(
            options.Model, written.Path, written.SecretsPath, search.Strategy, search.Move, data.Source,
            original.Target.Metric, measured.Target, measured.Reached, Written: keeps,
            selection.Weights, selection.WeightsTotal, selection.Choices.Count,
            original.Measured.Value, measured.Obfuscated.Value, restored.Value, keeps ? written.SecretsLength : 0,
            log.Seconds, process.PeakWorkingSet64, keeps ? Details(selection, original, written) : null)
        {
            OriginalStandardError = original.Measured.StandardError,
            ObfuscatedStandardError = measured.Obfuscated.StandardError,
            RestoredStandardError = restored.StandardError,
            Stealth = search.Stealth,
            Keyed = new KeyedFigures(search.Keyed.Rules, selection.Share),
            Corrections = plan.Layers?.Cost,
            AimsAtWorth = options.AimsAtWorth,
            Worth = measured.Worth,
            WorthGoals = WorthGoals.Of(search.TargetWorth),
            Unprotected = measured.Unprotected,
            Unreached = Unreached(selection),
            WeightsOfModel = plan.Model.WeightCount,
            UnusedArrays = data.Unused,
            ClassesWithoutExample = original.Model.Signature.ClassesWithout(data.Evaluation),
            Repeated = original.Target.Repeated?.Value,
            DrawnShapes = data.Shapes,
            DrawnValues = data.Drawn,
        };
    }

    private ProtectionDetails Details(KeyedSelection selection, JobOriginal original, ObfuscatedOutput written)
    {
        var changed = selection.Choices.ToDictionary(
            choice => choice.Tensor.Path, choice => choice.Weights, StringComparer.Ordinal);
        return new ProtectionDetails(
            [
                .. plan.Model.Weights.OrderBy(tensor => tensor.GraphOrder)
                    .Select(tensor => new TensorChanges(tensor.Path, tensor.Dims, tensor.Role, tensor.Count,
                        changed.GetValueOrDefault(tensor.Path), Values: null)),
            ],
            log.History, original.Model.Signature.Output, original.Target.Chance.Value,
            original.Data.Calibration.Count, original.Data.Evaluation.Count, written.Sha256Original,
            written.Sha256Obfuscated)
        {
            StagedModel = written.StagedPath,
        };
    }
}
