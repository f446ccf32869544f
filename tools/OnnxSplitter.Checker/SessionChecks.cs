using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Detectors;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Checker;

/// <summary>Checks that run the models.</summary>
internal static class SessionChecks
{
    /// <param name="request">What to check, with what.</param>
    /// <param name="list">Gets the outcomes.</param>
    /// <param name="secrets">What it was restored with.</param>
    /// <param name="recorded">Accuracy that it should have, if that was recorded.</param>
    /// <param name="guessed">The obfuscated model, and what detectors guess of it.</param>
    /// <param name="cancellation">Looked at between checks.</param>
    /// <exception cref="UsageException">ONNX Runtime's native library is missing.</exception>
    public static void Run(CheckRequest request, CheckList list, ModelSecrets secrets, double? recorded,
        (ModelFile Model, IReadOnlyList<Detection> Detections) guessed, CancellationToken cancellation)
    {
        if (request.NoSession)
        {
            list.Skip("--no-session", CheckNames.Session, CheckNames.Outputs, CheckNames.TrustedProcess,
                CheckNames.ObfuscatedAccuracy, CheckNames.RestoredAccuracy, CheckNames.Worth, CheckNames.Undoing);
            return;
        }

        FindRuntime();
        using var restored = new RestoredModel(request.Obfuscated, secrets, request.Sessions);
        using var model = list.Step(CheckNames.Session, () =>
            RunningModel.Open(request, restored.Open, "the restored model"),
            _ => "ONNX Runtime opens the restored model");
        cancellation.ThrowIfCancellationRequested();
        OutputChecks.Run(request, list, restored, secrets, model, guessed.Model);
        cancellation.ThrowIfCancellationRequested();
        if (request.Data is not { } path)
        {
            list.Skip("no --data is given", CheckNames.ObfuscatedAccuracy, CheckNames.RestoredAccuracy,
                CheckNames.Worth, CheckNames.Undoing);
            return;
        }

        ModelSignature? signature = null;
        var data = list.Try(CheckNames.ObfuscatedAccuracy,
            () => model.Read(path, guessed.Model, request.ModelOutput, request.Embedding, out signature));
        var labelled = data.Labels is not null;
        if (signature!.Metric == Metric.Accuracy && !labelled)
            data = list.Try(CheckNames.ObfuscatedAccuracy, () => Answered(request, restored, data, signature));
        using var obfuscated = RunningModel.Open(request, request.Obfuscated);
        WorthChecks.Run(request, list, restored, data, signature, guessed.Model);
        cancellation.ThrowIfCancellationRequested();
        if (signature.Metric == Metric.NormalizedError)
            ErrorChecks.Run(request, list, secrets, (obfuscated, model), data, signature, guessed);
        else
            AccuracyChecks.Run(
                request, list, secrets, (obfuscated, model), (data, signature, labelled), recorded, guessed);
    }

    /// <summary>The first use of it: as one program, this one is shipped without it.</summary>
    private static void FindRuntime()
    {
        try
        {
            RuntimeLog.Quiet();
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException
        {
            InnerException: DllNotFoundException,
        })
        {
            throw new UsageException("ONNX Runtime's native library is missing.",
                "Put it beside this program (libonnxruntime.so on Linux), or pass --no-session.");
        }
    }

    /// <summary>
    /// Examples without labels get the original's answers, as the job that made the model has judged it; where there is
    /// no original, those of what is restored to it.
    /// </summary>
    private static Dataset Answered(
        CheckRequest request, RestoredModel restored, Dataset data, ModelSignature signature)
    {
        using var original = new LoadedModel(
            request.Original is { } path ? request.Sessions.Open(path) : restored.Open(), signature);
        return original.Answer(data);
    }
}
