using System.Diagnostics;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>Makes the report of a job.</summary>
/// <param name="plan">The job.</param>
/// <param name="original">Its original.</param>
/// <param name="search">Its search.</param>
/// <param name="outcome">What that came to.</param>
/// <param name="log">What was told.</param>
internal sealed class JobReport(
    JobPlan plan, JobOriginal original, JobSearch search, JobOutcome outcome, JobLog log)
{
    /// <summary>The report where nothing is written.</summary>
    public ProtectionReport OfNothing() => Of(plan.Targets[0].Model, plan.Targets[0].Secrets, 0, details: null);

    /// <summary>The report of what was written.</summary>
    public ProtectionReport OfOutputs()
    {
        var (data, shown) = (original.Data, outcome.Shown);
        return Of(shown.Path, shown.SecretsPath, shown.SecretsLength, new ProtectionDetails(
            TensorChanges.Of(search.Model.File, search.Model, search.Gate.Changes), log.History,
            original.Model.Signature.Output, original.Target.Chance.Value, data.Calibration.Count,
            data.Evaluation.Count, shown.Sha256Original, shown.Sha256Obfuscated)
        {
            StagedModel = shown.StagedPath,
        });
    }

    private ProtectionReport Of(string output, string secrets, long secretsBytes, ProtectionDetails? details)
    {
        using var process = Process.GetCurrentProcess();
        var (options, file, model, data) = (plan.Options, search.Model.File, search.Model, original.Data);
        var changes = search.Gate.Changes;
        return new ProtectionReport(
            options.Model, output, secrets, options.Search.Strategy, options.Search.Move, data.Source,
            original.Target.Metric, original.Target.Value, outcome.Reached, Written: details is not null,
            changes.Count, model.Tensors.Sum(tensor => tensor.Count),
            changes.Select(change => change.Tensor.Path).Distinct(StringComparer.Ordinal).Count(),
            original.Measured.Value, outcome.Obfuscated.Value, outcome.Restored.Value, secretsBytes,
            log.Seconds, process.PeakWorkingSet64, details)
        {
            OriginalStandardError = original.Measured.StandardError,
            ObfuscatedStandardError = outcome.Obfuscated.StandardError,
            RestoredStandardError = outcome.Restored.StandardError,
            Stealth = options.Search.Stealth,
            Corrections = plan.Layers?.Cost,
            Compact = options.Compact,
            Variants = outcome.Variants,
            AimsAtWorth = options.AimsAtWorth,
            Worth = outcome.Worth,
            WorthGoals = search.Goals,
            Undone = outcome.Undone,
            Unprotected = outcome.Unprotected,
            Unreached = UnreachedTensor.Among(file, options.Search.Tensors.Apply(file.Weights),
                model.Tensors.Select(tensor => tensor.Path).ToHashSet(StringComparer.Ordinal),
                options.Search.Strategy != StrategyKind.Random && !options.Search.EstimateGradient),
            WeightsOfModel = file.WeightCount,
            UnusedArrays = data.Unused,
            ClassesWithoutExample = original.Model.Signature.ClassesWithout(data.Evaluation),
            Repeated = original.Target.Repeated?.Value,
            DrawnShapes = data.Shapes,
            DrawnValues = data.Drawn,
            Estimated = [.. model.Estimated.Order(StringComparer.Ordinal)],
        };
    }
}
