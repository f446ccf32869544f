using System.Diagnostics;
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
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>The whole job: choose weights, write the obfuscated model, seal the secrets, measure what was written.</summary>
public static class ProtectionPipeline
{
    // Chance level plus this much still counts as chance.
    private const double Tolerance = 0.005;

    // Enough to see any difference between two sessions.
    private const int ComparedExamples = 64;

    /// <summary>Runs a job.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Told about every round, on the calling thread.</param>
    /// <param name="beforeCommit">
    /// Told the report when both outputs are written but have not got their names yet; if it throws, they never do.
    /// </param>
    /// <param name="cancellation">Stops between rounds; nothing is written then.</param>
    /// <exception cref="OnnxSplitterException">Whatever this project refuses, by subclass.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ProtectionReport Run(
        ProtectionOptions options,
        Action<ProtectionProgress>? progress = null,
        Action<ProtectionReport>? beforeCommit = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var clock = Stopwatch.StartNew();
        RefuseOutputs(options);
        Tell("reading the model");
        using var file = options.Original is { } content ? ModelFile.Of(content, options.Model) : ModelFile.Open(options.Model);
        file.RefuseOverwriting(options.Output, [options.Secrets, .. options.Kept]);
        if (options.Variants.Count > 0 && file.DataFiles.Count > 0)
            throw new ModelFormatException(
                $"{options.Model} has data files, whose names are the same for all variants: they can't lie in one folder.",
                "Protect it once for each recipient, into folders of their own.");
        var (data, original) = Load(options, file);
        using var closing = original;
        var signature = original.Signature;
        var metric = signature.Metric;
        var target = Target(options.Search, signature);
        Tell("measuring the original");
        var measuredOriginal = original.Evaluate(data.Evaluation);
        cancellation.ThrowIfCancellationRequested();

        using var journal = options.State is { } state && (options.Resume || CanKeepState(options.Signer))
            ? SealedJournal.Open(state, options.Signer, JobDigest.Of(options.Model, options.Search, options.Data), options.Resume)
            : null;
        var model = new SearchModel(file, options.Search.Tensors, signature, data.Calibration)
        {
            Gradients = new GradientOptions
            {
                Dialect = TrainingKernels.Dialect(options.Search.Gradient),
                EstimateGradient = options.Search.EstimateGradient,
                Seed = options.Search.Seed,
            },
        };
        using var gate = new OutputGate(options, file, model, data.Evaluation, signature);
        using var variants = new VariantSet(options.Variants);
        var history = new List<ProtectionProgress>();
        var context = new SearchContext
        {
            Model = model,
            Signature = signature,
            Calibration = data.Calibration,
            Settings = options.Search,
            Avoided = options.Avoided,
            Target = metric.Utility(target),
            EvaluationShares = data.Evaluation.LabelShares(signature.Classes),
            EvaluationAccuracy = moves => metric.Utility(gate.Evaluate(moves)),
            Report = (phase, round, found, changed) =>
            {
                history.Add(new(phase, round, found.Objective, metric, metric.Utility(found.Accuracy), changed, clock.Elapsed));
                progress?.Invoke(history[^1]);
            },
            Journal = (ISearchJournal?)journal ?? new NoJournal(),
            Cancellation = cancellation,
        };
        Tell("preparing the search");
        StrategyRunner.Run(context, original);
        Tell("measuring what was written");
        var obfuscated = gate.Evaluate(context.Accepted);
        var reached = metric.Reaches(obfuscated, target);
        cancellation.ThrowIfCancellationRequested();
        if (gate.Output is not { } output || !(reached || options.AcceptBest)) return Report(double.NaN, 0, null);

        if (variants.Any)
        {
            variants.Write(context, variant => new OutputGate(options.For(variant), file, model, data.Evaluation, signature),
                variant => Tell($"marking the variant of {variant.Name}"));
            obfuscated = variants.Reports.Select(variant => variant.Obfuscated).MaxBy(value => metric.Utility(value));
            reached &= variants.MeetsTarget;
            if (!(reached || options.AcceptBest)) return Report(double.NaN, 0, null);
        }

        var restored = (variants.Any ? variants.Outputs : [output])
            .Select(written => MeasureRestored(written, data, original, measuredOriginal, options.Compact is not null, GraphSessions.IsLarge(file)))
            .MinBy(value => metric.Utility(value));
        if (!ProtectionReport.RestoresClosely(options.Compact, metric, measuredOriginal, restored))
            return Report(restored, 0, null);

        var report = Report(
            restored,
            output.SecretsLength,
            new ProtectionDetails(
                TensorChanges.Of(file, model, gate.Changes), history, signature.Output, signature.Chance, data.Calibration.Count,
                data.Evaluation.Count, output.Sha256Original, output.Sha256Obfuscated));
        beforeCommit?.Invoke(report);
        if (variants.Any) variants.Commit();
        else output.Commit();
        if (reached) journal?.Remove();
        return report;

        ProtectionReport Report(double measuredRestored, long secretsBytes, ProtectionDetails? details)
        {
            using var process = Process.GetCurrentProcess();
            return new ProtectionReport(
                options.Model, options.Output, options.Secrets, options.Search.Strategy, options.Search.Move, data.Source, metric, target,
                reached, Written: details is not null, gate.Changes.Count, model.Tensors.Sum(tensor => tensor.Count),
                gate.Changes.Select(change => change.Tensor.Path).Distinct(StringComparer.Ordinal).Count(),
                measuredOriginal, obfuscated, measuredRestored, secretsBytes, clock.Elapsed.TotalSeconds,
                process.PeakWorkingSet64, details)
            {
                Compact = options.Compact,
                Variants = variants.Reports,
                DrawnShapes = data.Shapes.ToDictionary(
                    input => input.Name, IReadOnlyList<long> (input) => input.Whole ? input.Dims : [1, .. input.Dims],
                    StringComparer.Ordinal),
                Estimated = [.. model.Estimated.Order(StringComparer.Ordinal)],
            };
        }

        void Tell(string phase) =>
            progress?.Invoke(new ProtectionProgress(phase, 0, double.NaN, default, double.NaN, 0, clock.Elapsed));
    }

    private static (JobData Data, LoadedModel Original) Load(ProtectionOptions options, ModelFile file)
    {
        var session = options.Original is { } content ? Sessions.Open(content) : Sessions.Open(options.Model, GraphSessions.IsLarge(file));
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
    private static double Target(SearchSettings search, ModelSignature signature)
    {
        if (signature.Metric == Metric.Accuracy)
            return search.TargetError is null
                ? search.TargetAccuracy ?? signature.Chance + Tolerance
                : throw new ModelFormatException(
                    $"Output '{signature.Output}' is measured by accuracy, not by an error.",
                    "Give --target-accuracy instead of --target-error, or --measure error.");
        return search.TargetAccuracy is null
            ? search.TargetError ?? signature.Chance
            : throw new ModelFormatException(
                $"Output '{signature.Output}' is measured by the normalised error, not by accuracy.",
                "Give --target-error instead of --target-accuracy.");
    }

    /// <summary>Whether a job of this signer can keep its state: that takes an exportable private key.</summary>
    public static bool CanKeepState(Identity signer) => SealedJournal.CanKeepFor(signer);

    /// <summary>Refuses before hours of search what would be refused after it.</summary>
    private static void RefuseOutputs(ProtectionOptions options)
    {
        string?[] inputs = [options.Model, options.Data.Calibration, options.Data.Evaluation];
        List<string> outputs = options.Variants.Count == 0
            ? [options.Output, options.Secrets]
            : [.. options.Variants.SelectMany(variant => new[] { variant.Output, variant.Secrets })];
        foreach (var output in outputs) OutputFile.Refuse(output, options.Force);
        if (options.State is { } state)
        {
            outputs.Add(state);
            SealedJournal.Refuse(state, options.Resume, options.Force);
        }

        for (var i = 0; i < outputs.Count; i++)
            foreach (var other in inputs.OfType<string>().Concat(outputs.Take(i)))
                FileIdentity.RefuseSame(other, outputs[i]);
    }

    /// <summary>
    /// The restored model is the original byte for byte, which restoring has checked. That its session computes the same
    /// is seen on one batch, bit for bit; so it measures as the original does. Compact secrets restore another model.
    /// </summary>
    private static double MeasureRestored(
        ObfuscatedOutput output, JobData data, LoadedModel original, double measuredOriginal, bool compact, bool lowMemory)
    {
        var session = Sessions.Open("the restored model",
            settings => ProtectedModel.OpenSession(output.ModelPath, output.Secrets, settings), lowMemory);
        using var restored = new LoadedModel(session, original.Signature);
        var batch = original.Signature.Sample(data.Evaluation, ComparedExamples);
        return !compact && restored.Outputs(batch).AsSpan().SequenceEqual(original.Outputs(batch))
            ? measuredOriginal
            : restored.Evaluate(data.Evaluation);
    }
}
