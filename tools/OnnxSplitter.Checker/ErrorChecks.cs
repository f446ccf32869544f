using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Detectors;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Checker;

/// <summary>Checks by the normalised error.</summary>
internal static class ErrorChecks
{
    // Of errors of the restored model.
    private const double Rounding = 1e-9;

    // Standard errors that the best constant's may lie above.
    private const double Errors = 3;

    /// <summary>
    /// How far outputs are from the original's, which are the restored model's where there is no
    /// original.
    /// </summary>
    public static void Run(CheckRequest request, CheckList list, ModelSecrets secrets,
        (RunningModel Obfuscated, RunningModel Restored) models, Dataset data, ModelSignature signature,
        (ModelFile Model, IReadOnlyList<Detection> Detections) guessed)
    {
        var restored = models.Restored.Outputs(data, signature);
        using var original = request.Original is { } path
            ? RunningModel.Open(request, path)
            : null;
        var reference = list.Try(CheckNames.ObfuscatedAccuracy,
            () => ReferenceOutputs.Of(original?.Outputs(data, signature) ?? restored, signature.Width));
        var outputs = models.Obfuscated.Outputs(data, signature);

        // By example, how much worse than the best constant: if the mean is not below 0, the model tells nothing.
        var excess = Enumerable.Range(0, data.Count).Select(i =>
            reference.Error(outputs.AsSpan(i * reference.Width, reference.Width), i)
                - reference.Error(reference.Mean, i)).ToArray();
        var mean = excess.Average();
        var deviation = Math.Sqrt(excess.Average(value => (value - mean) * (value - mean)) / data.Count);
        list.Add(CheckNames.ObfuscatedAccuracy, mean >= -Errors * deviation,
            $"normalised error {1 + mean:0.000} on {data.Count} examples; the best constant has 1");
        StealthChecks.Undo(request, list, guessed.Model, guessed.Detections, Math.Max(Explained(outputs), 0),
            repaired => Explained(repaired.Outputs(data, signature)));
        if (original is null)
        {
            list.Skip("no --original is given, and there are no labels", CheckNames.RestoredAccuracy);
            return;
        }

        if (models.Restored.Varies(data, signature))
        {
            list.Skip(OutputChecks.Variation, CheckNames.RestoredAccuracy);
            return;
        }

        var left = reference.Error(restored, 0) / data.Count;
        var tolerance = secrets.IsCompact ? request.CompactTolerance : 0;
        list.Add(CheckNames.RestoredAccuracy, left <= tolerance + Rounding,
            $"normalised error {left:0.000}{(secrets.IsCompact ? $", tolerance {tolerance:0.#####}" : "")}");

        // Of the outputs' variance; outputs worse than a constant explain nothing, and those that are no numbers.
        double Explained(float[] others) =>
            1 - reference.Error(others, 0) / data.Count is var share and > 0 ? share : 0;
    }
}
