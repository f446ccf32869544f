using System.Globalization;
using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Detectors;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Secrets.Payload;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Checker;

/// <summary>Checks by accuracy.</summary>
internal static class AccuracyChecks
{
    // Of differences of accuracies.
    private const double Rounding = 1e-9;

    // Standard errors that a chance accuracy may lie above its mean.
    private const double Errors = 3;

    /// <param name="request">What to check, with what.</param>
    /// <param name="list">Gets the outcomes.</param>
    /// <param name="secrets">What it was restored with.</param>
    /// <param name="models">The obfuscated and the restored one.</param>
    /// <param name="on">
    /// Examples, how a model is measured on them, and whether their labels are their own or the original's answers.
    /// </param>
    /// <param name="recorded">Accuracy that the restored model should have, if that was recorded.</param>
    /// <param name="guessed">The obfuscated model, and what detectors guess of it.</param>
    public static void Run(CheckRequest request, CheckList list, ModelSecrets secrets,
        (RunningModel Obfuscated, RunningModel Restored) models,
        (Dataset Data, ModelSignature Signature, bool Labelled) on, double? recorded,
        (ModelFile Model, IReadOnlyList<Detection> Detections) guessed)
    {
        var (data, signature, labelled) = on;
        var chance = list.Try(CheckNames.ObfuscatedAccuracy, () => BalancedAccuracy.Chance(data.Labels!));
        var (before, after) = (models.Obfuscated.Accuracy(data, signature), models.Restored.Accuracy(data, signature));
        var most = chance.Value + Errors * chance.StandardError;
        list.Try(CheckNames.ObfuscatedAccuracy, () =>
        {
            EnoughExamples.Check(
                data.Labels!, after.Value, needed => ($"Pass at least {needed} of the same kind with --data.", []));

            // What compact secrets restore may be that far from the original, which is another check's.
            if (!secrets.IsCompact && after.Value <= most)
                throw new DataFormatException(
                    $"The restored model is itself no better than guessing on these examples ({Percent(after)}), so "
                    + "they can't tell what the obfuscated one has lost.",
                    "Check that labels are the numbers of the model's classes. If its output is an embedding, pass "
                    + "--embedding; if other values than class scores, data without labels.");
            return true;
        });

        // How near to chance a model is that knows nothing, is the key's luck.
        var allowed = secrets.Keyed is null ? most
            : Math.Max(most, WorthGoals.Default.MostAccuracy(chance.Value, after.Value));
        list.Add(CheckNames.ObfuscatedAccuracy,
            before.Value <= allowed || (secrets.Keyed is not null && double.IsNaN(before.Value)),
            $"{Percent(before)} on {data.Count} examples, {(labelled ? "" : "by the original's own answers, ")}"
            + $"balanced over the classes{Without(data, signature)}; "
            + $"{(secrets.Keyed is null ? "chance is " : "")}at most {allowed * 100:0.0} %");
        if (models.Restored.Varies(data, signature)) list.Skip(OutputChecks.Variation, CheckNames.RestoredAccuracy);
        else if (!labelled && request.Original is null && recorded is null)
            list.Skip("no --original is given, and there are no labels", CheckNames.RestoredAccuracy);
        else CheckRestored(request, list, secrets, on, after, recorded);
        StealthChecks.Undo(
            request, list, guessed.Model, guessed.Detections, Math.Max(before.Value, chance.Value),
            repaired => repaired.Accuracy(data, signature).Value);
    }

    /// <summary>Compares with what was recorded, and with the original; either, both or none may be at hand.</summary>
    private static void CheckRestored(CheckRequest request, CheckList list, ModelSecrets secrets,
        (Dataset Data, ModelSignature Signature, bool Labelled) on, Measured restored, double? recorded)
    {
        var (ok, detail) = (true, Percent(restored));
        if (recorded is { } wanted)
        {
            ok = Math.Abs(restored.Value - wanted) < Rounding;
            detail += $"; the report says {wanted * 100:0.0} %";
        }

        if (request.Original is { } path)
        {
            using var model = RunningModel.Open(request, path);
            var original = model.Accuracy(on.Data, on.Signature);
            var tolerance = secrets.IsCompact ? request.CompactTolerance : 0;
            ok &= restored.Value >= original.Value - tolerance - Rounding;
            detail += $"; the original has {original.Value * 100:0.0} %";
            if (secrets.IsCompact) detail += $", tolerance {tolerance * 100:0.##} points";
        }

        if (recorded is null && request.Original is null)
            list.Skip(
                $"{detail}, but neither --report nor --original says what it should be", CheckNames.RestoredAccuracy);
        else
            list.Add(CheckNames.RestoredAccuracy, ok, detail);
    }

    private static string Without(Dataset data, ModelSignature signature) =>
        signature.ClassesWithout(data) is { Count: > 0 and var count } ? $" but for {count} without an example" : "";

    private static string Percent(Measured accuracy) => double.IsNaN(accuracy.Value)
        ? "scores that are no numbers"
        : string.Create(
            CultureInfo.InvariantCulture, $"{accuracy.Value * 100:0.0} % \u00b1 {accuracy.StandardError * 100:0.0}");
}
