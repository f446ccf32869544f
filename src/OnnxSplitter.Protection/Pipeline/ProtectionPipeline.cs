using System.Diagnostics;
using System.Globalization;
using OnnxSplitter.Attacks.Repairs;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Execution;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Output;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.State;
using OnnxSplitter.Protection.Strategies;
using OnnxSplitter.Protection.Variants;
using OnnxSplitter.Runtime;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>
/// The whole job: choose weights, write the obfuscated model, seal the secrets, measure what was written.
/// </summary>
public static class ProtectionPipeline
{
    // Chance plus its standard error still counts as chance: at least this much, and at most this share of chance,
    // since classes of a few examples have errors as large as any accuracy.
    private const double Tolerance = 0.005;
    private const double MostTolerance = 0.2;

    // On the scale of the objective: where a search is first judged by what the model is worth.
    private const double FirstLeft = 0.12;

    // So often a search goes on only because a look at the weights brings some of the model back.
    private const int MostShownAttempts = 5;

    // Enough to see any difference between two sessions.
    private const int ComparedExamples = 64;

    private static readonly Measured Unmeasured = new(double.NaN, double.NaN);

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
        var clock = Stopwatch.StartNew();
        var (options, file) = (plan.Options, plan.Model);
        Tell("reading the model");
        using var resumed = options.Resume ? OpenJournal(plan) : null;
        var (data, original) = Load(options, file);
        using var closing = original;
        var signature = original.Signature;
        var metric = signature.Metric;
        var chance = signature.Metric == Metric.Accuracy
            ? BalancedAccuracy.Chance(data.Evaluation.Labels!)
            : new Measured(1, 0);
        var repeated = original.Repeat(data.Evaluation);
        var target = Target(options.Search, signature, chance, options.AimsAtWorth, repeated);
        Tell("measuring the original");
        var measuredOriginal = original.Evaluate(data.Evaluation);
        if (options.AimsAtWorth && metric.Reaches(measuredOriginal.Value, target))
            throw new DataFormatException(
                "The original is no better than guessing on these examples, so there is nothing that it could lose.",
                "Check that labels are the numbers of the model's classes. If its output is no class scores but an "
                + "embedding, say, set Metric to error.")
            {
                Properties = [nameof(DataSettings.Metric)],
            };
        if (metric == Metric.Accuracy && options.Search.TargetAccuracy is null)
            EnoughExamples.Check(data.Evaluation.Labels!, measuredOriginal.Value, data.More);
        cancellation.ThrowIfCancellationRequested();

        using var begun = plan.KeepsState && !options.Resume ? OpenJournal(plan) : null;
        var journal = resumed ?? begun;
        var model = new SearchModel(file, options.Search.Tensors, signature, data.Calibration)
        {
            Gradients = new GradientOptions
            {
                Dialect = TrainingKernels.Dialect(options.Search.Gradient),
                EstimateGradient = options.Search.EstimateGradient,
                Seed = options.Search.Seed,
            },
        };
        var meter = options.AimsAtWorth
            ? new WorthMeter(file, original, data.Calibration, data.Evaluation)
            : null;
        using var gate = new OutputGate(options, plan.Targets[0], file, model, data.Evaluation, signature, meter);
        using var variants = new VariantSet(options.Variants, plan.Targets);
        var history = new List<ProtectionProgress>();
        var goals = WorthGoals.Of(options.Search.TargetWorth);
        var counted = Counted(model, signature, options.Data);
        var shownAttempts = MostShownAttempts;
        var joint = meter is not null && options.Search.Strategy == StrategyKind.Gradient
            && meter.Outputs.Where(output => counted.Contains(output.Name)).ToArray() is { Length: > 0 } searched
            ? JointOutput.Append(model, signature, searched, data.Calibration)
            : null;
        var context = Context(joint, (ISearchJournal?)journal ?? new NoJournal());
        Tell("preparing the search");
        StrategyRunner.Run(context, original);
        if (joint is not null && metric == Metric.Accuracy
            && !metric.Reaches(gate.Evaluate(context.Accepted).Value, target))
        {
            // At chance is the least that is asked for: where destroying what outputs carry does not get there, errors
            // and collapse to one class may. What is left then is told all the same.
            Tell("searching again, by accuracy alone");
            var moves = context.Accepted.ToArray();
            context.Load([], context.NoneExcluded());
            context = Context(null, new NoJournal());
            StrategyRunner.Run(context, original);
            if (!metric.Reaches(gate.Evaluate(context.Accepted).Value, target))
                context.Load(moves, context.NoneExcluded());
        }

        Tell("measuring what was written");
        var obfuscated = gate.Evaluate(context.Accepted);
        var left = gate.Worth(context.Accepted)?.Of(counted);
        var undone = left is null ? null : gate.Undone(context.Accepted, cancellation);
        var unprotected = left is null ? [] : goals.Unprotected(left);
        var reached = metric.Reaches(obfuscated.Value, target) && !unprotected.Any(one => one.Fails)
            && (left is null || !goals.Required || goals.AreMet(left));
        cancellation.ThrowIfCancellationRequested();
        if (gate.Output is not { } output || !(reached || options.AcceptBest)) return Report(Unmeasured, 0, null);

        if (variants.Any)
        {
            variants.Write(context, target,
                target => new OutputGate(options, target, file, model, data.Evaluation, signature, meter: null),
                variant => Tell($"marking the variant of {variant.Name}"));
            var weakest = variants.Reports[variants.Weakest(metric)];
            obfuscated = new(weakest.Obfuscated, weakest.StandardError);
            reached &= variants.MeetsTarget;
            if (!(reached || options.AcceptBest)) return Report(Unmeasured, 0, null);
        }

        ObfuscatedOutput[] outputs = variants.Any ? [.. variants.Outputs] : [output];
        var restored = outputs
            .Select(written => MeasureRestored(
                written, data, original, measuredOriginal, options.Compact is not null, GraphSessions.IsLarge(file)))
            .MinBy(measured => metric.Utility(measured.Value));
        if (!ProtectionReport.RestoresClosely(
            options.Compact, metric, measuredOriginal.Value, restored.Value))
            return Report(restored, 0, null);

        var shown = variants.Any ? outputs[variants.Weakest(metric)] : output;
        var report = Report(
            restored,
            shown.SecretsLength,
            new ProtectionDetails(
                TensorChanges.Of(file, model, gate.Changes), history, signature.Output, chance.Value,
                data.Calibration.Count, data.Evaluation.Count, shown.Sha256Original, shown.Sha256Obfuscated)) with
        {
            Output = shown.Path,
            Secrets = shown.SecretsPath,
        };
        using var commit = new FileCommit();
        foreach (var written in outputs) written.AddTo(commit);
        stage?.Invoke(report, commit);
        if (reached && journal is not null) commit.Remove(options.State!);
        commit.Commit();
        return report;

        ProtectionReport Report(Measured measuredRestored, long secretsBytes, ProtectionDetails? details)
        {
            using var process = Process.GetCurrentProcess();
            return new ProtectionReport(
                options.Model, plan.Targets[0].Model, plan.Targets[0].Secrets, options.Search.Strategy,
                options.Search.Move,
                data.Source, metric, target, reached, Written: details is not null, gate.Changes.Count,
                model.Tensors.Sum(tensor => tensor.Count),
                gate.Changes.Select(change => change.Tensor.Path).Distinct(StringComparer.Ordinal).Count(),
                measuredOriginal.Value, obfuscated.Value, measuredRestored.Value, secretsBytes,
                clock.Elapsed.TotalSeconds, process.PeakWorkingSet64, details)
            {
                OriginalStandardError = measuredOriginal.StandardError,
                ObfuscatedStandardError = obfuscated.StandardError,
                RestoredStandardError = measuredRestored.StandardError,
                Stealth = options.Search.Stealth,
                Compact = options.Compact,
                Variants = variants.Reports,
                Worth = left,
                WorthGoals = goals,
                Undone = undone,
                Unprotected = unprotected,
                Unreached = UnreachedTensor.Among(file, file.Weights.Where(options.Search.Tensors.Passes),
                    model.Tensors.Select(tensor => tensor.Path).ToHashSet(StringComparer.Ordinal),
                    options.Search.Strategy != StrategyKind.Random && !options.Search.EstimateGradient),
                WeightsOfModel = file.WeightCount,
                UnusedArrays = data.Unused,
                ClassesWithoutExample = signature.ClassesWithout(data.Evaluation),
                Repeated = repeated?.Value,
                DrawnShapes = data.Shapes,
                DrawnValues = data.Drawn,
                Estimated = [.. model.Estimated.Order(StringComparer.Ordinal)],
            };
        }

        SearchContext Context(JointOutput? aim, ISearchJournal kept) => new()
        {
            Model = model,
            Signature = signature,
            Calibration = aim?.Calibration ?? data.Calibration,
            Settings = options.Search,
            Avoided = options.Avoided,
            Target = aim is not null ? FirstLeft : metric.Utility(target),
            CalibrationChance =
                aim is null && signature.Metric == Metric.Accuracy && options.Search.TargetAccuracy is null
                    ? BalancedAccuracy.Chance(data.Calibration.Labels!).Value
                    : 0,
            Joint = aim,
            Meets = moves => metric.Reaches(gate.Evaluate(moves).Value, target)
                && (aim is null || gate.Meets(moves, goals, counted)),
            Shows = moves => aim is not null && Shows(moves),
            Report = (phase, round, found, changed) =>
            {
                history.Add(
                    new(phase, round, found.Objective, metric, metric.Utility(found.Accuracy), changed, clock.Elapsed));
                progress?.Invoke(history[^1]);
            },
            Journal = kept,
            Cancellation = cancellation,
        };

        // What is brought back by luck, no search prevents for ever.
        bool Shows(IReadOnlyList<AcceptedMove> moves) =>
            shownAttempts-- > 0 && gate.Undone(moves, cancellation) is { } undone
            && undone.Worth - Math.Max(metric.Utility(gate.Evaluate(moves).Value), metric.Utility(chance.Value))
                > UndoneGuesses.MostBack;

        void Tell(string phase) =>
            progress?.Invoke(new ProtectionProgress(phase, 0, double.NaN, default, double.NaN, 0, clock.Elapsed));
    }

    /// <summary>
    /// The outputs that have to lose their worth: others are left out on purpose, and those that no weight reaches have
    /// nothing to protect.
    /// </summary>
    private static HashSet<string> Counted(SearchModel model, ModelSignature signature, DataSettings data) =>
    [
        signature.Output,
        .. data.ModelOutput is null
            ? model.Proto.Graph.Output.Select(output => output.Name).Where(model.Reaches)
            : [],
    ];

    private static (JobData Data, LoadedModel Original) Load(ProtectionOptions options, ModelFile file)
    {
        var session = options.Original is { } content ? Sessions.Open(content)
            : Sessions.Open(options.Model, GraphSessions.IsLarge(file));
        try
        {
            return JobData.Load(options.Data, options.Search.Seed, file, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>What is to be reached by the model's measure.</summary>
    private static double Target(
        SearchSettings search, ModelSignature signature, Measured chance, bool worth, Measured? repeated)
    {
        var target = Target(search, signature, chance, worth);
        if (repeated is not { Value: var own }) return target;
        if (signature.Metric.Reaches(own, target))
            throw new ModelFormatException(
                "The model's own outputs vary from run to run, by so much that it would count as success: a second run "
                + $"on the same examples, measured by the first, has {Shown(own)}, and the target is {Shown(target)}.",
                "Export it for inference (without dropout), and with the noise that it draws as an input.");

        // A model that tells nothing differs from the original by the noise of both: that of one more than the original
        // has in its own variance.
        return search.TargetError is null && signature.Metric == Metric.NormalizedError ? target + own / 2 : target;

        string Shown(double value) => signature.Metric == Metric.Accuracy
            ? string.Create(CultureInfo.InvariantCulture, $"an accuracy of {value * 100:0.0} %")
            : string.Create(CultureInfo.InvariantCulture, $"a normalised error of {value:0.000}");
    }

    private static double Target(SearchSettings search, ModelSignature signature, Measured chance, bool worth)
    {
        if (signature.Metric == Metric.Accuracy)
            return search.TargetError is null
                ? search.TargetAccuracy ?? chance.Value
                    + Math.Max(Tolerance, Math.Min(chance.StandardError, MostTolerance * chance.Value))
                : throw new ModelFormatException(
                    $"Output '{signature.Output}' is measured by accuracy, not by an error.",
                    "Set TargetAccuracy instead of TargetError, or Metric to error.")
                {
                    Properties =
                    [
                        nameof(search.TargetAccuracy), nameof(search.TargetError), nameof(DataSettings.Metric),
                    ],
                };
        return search.TargetAccuracy is null
            ? search.TargetError ?? (worth ? 1 - WorthGoals.Default.Outputs : chance.Value)
            : throw new ModelFormatException(
                $"Output '{signature.Output}' is measured by the normalised error, not by accuracy.",
                "Set TargetError instead of TargetAccuracy.")
            {
                Properties = [nameof(search.TargetError), nameof(search.TargetAccuracy)],
            };
    }

    private static SealedJournal OpenJournal(JobPlan plan) => SealedJournal.Open(
        plan.Options.State!, plan.Options.Signer, JobDigest.Of(plan.Model, plan.Options), plan.Options.Resume);

    /// <summary>
    /// The restored model is the original byte for byte, which restoring has checked. That its session computes the
    /// same is seen on one batch, bit for bit; so it measures as the original does. Compact secrets restore another
    /// model.
    /// </summary>
    private static Measured MeasureRestored(
        ObfuscatedOutput output, JobData data, LoadedModel original, Measured measuredOriginal, bool compact,
        bool lowMemory)
    {
        var session = Sessions.Open("the restored model",
            settings => ProtectedModel.OpenSession(output.StagedPath, output.Secrets, settings), lowMemory);
        using var restored = new LoadedModel(session, original.Signature);
        var batch = original.Signature.Sample(data.Evaluation, ComparedExamples);
        return !compact && restored.Outputs(batch).AsSpan().SequenceEqual(original.Outputs(batch))
            ? measuredOriginal
            : restored.Evaluate(data.Evaluation);
    }
}
