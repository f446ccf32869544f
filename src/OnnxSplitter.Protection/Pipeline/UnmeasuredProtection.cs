using System.Diagnostics;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Output;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.Strategies;
using OnnxSplitter.Protection.Strategies.RandomBaseline;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>
/// Changes weights at random or by a key, and never runs the model: memory does not grow with it, and what its ops are
/// does not matter.
/// </summary>
public static class UnmeasuredProtection
{
    /// <summary>Plans a job and runs it: changes exactly as many weights as allowed.</summary>
    /// <param name="options">What to do; data, target and state are not looked at.</param>
    /// <param name="cancellation">Stops before anything is written.</param>
    /// <exception cref="ModelFormatException">
    /// The model can't be read, or has too few weights that can change.
    /// </exception>
    /// <exception cref="OnnxSplitterException">Whatever else this project refuses, by subclass.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static UnmeasuredReport Run(ProtectionOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var plan = JobPlan.Of(options with { State = null, Resume = false, Data = new DataSettings() });
        return Run(plan, progress: null, cancellation);
    }

    /// <summary>Runs a job: changes exactly as many weights as allowed, or as many as a key is to.</summary>
    /// <param name="plan">
    /// What to do, without variants; data, target and state are not looked at. Still the caller's.
    /// </param>
    /// <param name="progress">Told how far it is, on the calling thread.</param>
    /// <param name="cancellation">See the other overload.</param>
    /// <exception cref="ModelFormatException">The model has too few weights that can change.</exception>
    /// <exception cref="OnnxSplitterException">Whatever else this project refuses, by subclass.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static UnmeasuredReport Run(
        JobPlan plan, Action<ProtectionProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Options.Search.Strategy == StrategyKind.Keyed)
            return new KeyedJob(plan, new JobLog(progress), cancellation).RunUnmeasured();
        var clock = Stopwatch.StartNew();
        var (options, file) = (plan.Options, plan.Model);
        var search = options.Search;
        var tensors = search.Tensors.Apply(file.Weights);
        using var draw = new RandomDraw(
            file, tensors, Moves.Move.For(search.Move), search.Stealth, search.Seed,
            ExcludedWeights.Of(options.Avoided));
        var changes = WeightChanges.Of(file, draw.Candidates(search.MaxWeights).SelectMany(draw.Bits).ToArray());
        if (changes.Count < search.MaxWeights)
            throw new ModelFormatException(
                $"Only {changes.Count} weights of {options.Model} were found that can change, instead of "
                + $"{search.MaxWeights}.",
                search.Stealth == StealthKind.Off ? "Lower MaxWeights, or set Move to best."
                    : "Lower MaxWeights, or set Move to best or Stealth to off.")
            {
                Properties =
                [
                    nameof(SearchSettings.MaxWeights), nameof(SearchSettings.Move), nameof(SearchSettings.Stealth),
                ],
            };
        cancellation.ThrowIfCancellationRequested();
        using var written = ObfuscatedOutput.Write(options, plan.Targets[0], file, changes, verify: true);
        cancellation.ThrowIfCancellationRequested();
        using var commit = new FileCommit();
        written.AddTo(commit);
        commit.Commit();
        using var process = Process.GetCurrentProcess();
        return new UnmeasuredReport(
            options.Model, written.Path, [.. file.DataFiles.Select(data => data.Name)], written.SecretsPath,
            search.Move, search.Stealth, changes.Count, tensors.Sum(tensor => tensor.Count),
            changes.Select(change => change.Tensor.Path).Distinct(StringComparer.Ordinal).Count(),
            written.SecretsLength, clock.Elapsed.TotalSeconds, process.PeakWorkingSet64)
        {
            Unreached = [.. UnreachedTensor.LeftAlone(file)],
            Corrections = plan.Layers?.Cost,
            WeightsOfModel = file.WeightCount,
        };
    }
}
