using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Execution;
using OnnxSplitter.Protection.Moves;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.State;
using OnnxSplitter.Protection.Strategies;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>The whole job: choose weights, write the obfuscated model, seal the secrets, measure what was written.</summary>
public static class ProtectionPipeline
{
    // Chance level plus this much still counts as chance.
    private const double Tolerance = 0.005;

    /// <summary>Runs a job.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Told about every round, on the calling thread.</param>
    /// <param name="cancellation">Stops between rounds; nothing is written then.</param>
    /// <exception cref="OnnxSplitterException">Whatever this project refuses, by subclass.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ProtectionReport Run(
        ProtectionOptions options,
        Action<ProtectionProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var clock = Stopwatch.StartNew();
        RefuseOutputs(options);
        Tell("reading the model");
        var file = ModelFile.Open(options.Model);
        using var original = Classifier.Open(options.Model);
        var data = JobData.Load(options, original);
        var target = options.TargetAccuracy ?? 1.0 / original.Signature.Classes + Tolerance;
        Tell("measuring the original");
        var accuracyOriginal = original.Accuracy(data.Evaluation);
        cancellation.ThrowIfCancellationRequested();

        using var journal = options.State is { } state && (options.Resume || CanKeepState(options.Signer))
            ? SealedJournal.Open(state, options.Signer, JobDigest.Of(options), options.Resume)
            : null;
        var model = new SearchModel(file);
        var context = new SearchContext
        {
            Model = model,
            Signature = original.Signature,
            Calibration = data.Calibration,
            Moves = Move.For(options.Move),
            MaxWeights = options.MaxWeights,
            Target = target,
            Seed = options.Seed,
            EvaluationAccuracy = () => Accuracy(model, data),
            Report = (phase, round, measure, changed) => progress?.Invoke(new ProtectionProgress(
                phase, round, measure.Objective, measure.Accuracy, changed, clock.Elapsed)),
            Journal = (ISearchJournal?)journal ?? new NoJournal(),
            Cancellation = cancellation,
        };
        Tell("preparing the gradient graph");
        var reached = Strategy.Run(options.Strategy, context, original);
        var changes = Changes(context);
        double accuracyObfuscated = double.NaN, accuracyRestored = double.NaN;
        long secretsBytes = 0;
        var written = changes.Count > 0 && (reached || options.AcceptBest);
        if (written)
        {
            Tell("writing");
            using var output = ObfuscatedOutput.Write(options, file, changes);
            Tell("measuring what was written");
            using (var obfuscated = Classifier.Open(output.ModelPath)) accuracyObfuscated = obfuscated.Accuracy(data.Evaluation);
            accuracyRestored = AccuracyRestored(output, data);
            secretsBytes = output.SecretsLength;
            reached = accuracyObfuscated <= target;
            written = reached || options.AcceptBest;
            cancellation.ThrowIfCancellationRequested();
            if (written) output.Commit();
        }

        if (written && reached) journal?.Remove();
        else
        {
            accuracyObfuscated = Accuracy(model, data);
        }

        using var process = Process.GetCurrentProcess();
        return new ProtectionReport(
            options.Model, options.Output, options.Secrets, options.Strategy, options.Move, data.Source, target, reached,
            written, changes.Count, file.Weights.Sum(tensor => tensor.Count),
            changes.Select(change => change.Tensor.Path).Distinct(StringComparer.Ordinal).Count(),
            accuracyOriginal, accuracyObfuscated, accuracyRestored, secretsBytes, clock.Elapsed.TotalSeconds,
            process.PeakWorkingSet64);

        void Tell(string phase) =>
            progress?.Invoke(new ProtectionProgress(phase, 0, double.NaN, double.NaN, 0, clock.Elapsed));
    }

    /// <summary>Whether a job of this signer can keep its state: that takes an exportable private key.</summary>
    public static bool CanKeepState(X509Certificate2 signer) => SealedJournal.CanKeepFor(signer);

    /// <summary>Refuses before hours of search what would be refused after it.</summary>
    private static void RefuseOutputs(ProtectionOptions options)
    {
        string?[] inputs = [options.Model, options.CalibrationData, options.EvaluationData];
        foreach (var output in new[] { options.Output, options.Secrets, options.State })
            foreach (var input in inputs)
                if (input is not null && output is not null) FileIdentity.RefuseSame(input, output);
        OutputFile.Refuse(options.Output, options.Force);
        OutputFile.Refuse(options.Secrets, options.Force);

        FileIdentity.RefuseSame(options.Output, options.Secrets);
        if (options.State is not { } state) return;
        FileIdentity.RefuseSame(options.Output, state);
        FileIdentity.RefuseSame(options.Secrets, state);
        SealedJournal.Refuse(state, options.Resume, options.Force);
    }

    private static double Accuracy(SearchModel model, JobData data)
    {
        using var present = Classifier.Open(model.Proto);
        return present.Accuracy(data.Evaluation);
    }

    private static double AccuracyRestored(ObfuscatedOutput output, JobData data)
    {
        var bytes = output.Restore();
        try
        {
            using var restored = Classifier.Open(bytes);
            return restored.Accuracy(data.Evaluation);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static List<WeightChange> Changes(SearchContext context) =>
    [
        .. context.Accepted.SelectMany(move => move.Candidate.Weights.Zip(move.Replaced, (after, before) =>
            new WeightChange(move.Candidate.Tensor, after.Index, BitConverter.SingleToUInt32Bits(before.Value),
                BitConverter.SingleToUInt32Bits(after.Value)))),
    ];
}
