using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Attacks.Detectors;
using OnnxSplitter.Data;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Checker;

/// <summary>Checks that run the models.</summary>
internal static class SessionChecks
{
    // Enough to see any difference between two sessions.
    private const int ComparedExamples = 8;

    private const string Variation =
        "the model's own outputs vary from run to run; that its bytes are right is checked above";

    // Of differences of accuracies.
    private const double Rounding = 1e-9;

    // Standard errors that a chance accuracy may lie above its mean.
    private const double Errors = 3;

    /// <param name="request">What to check, with what.</param>
    /// <param name="list">Gets the outcomes.</param>
    /// <param name="secrets">What it was restored with.</param>
    /// <param name="recorded">Accuracy that it should have, if that was recorded.</param>
    /// <param name="guessed">The obfuscated model, and what detectors guess of it.</param>
    public static void Run(CheckRequest request, CheckList list, ModelSecrets secrets, double? recorded,
        (ModelFile Model, IReadOnlyList<Detection> Detections) guessed)
    {
        if (request.NoSession)
        {
            list.Skip("--no-session", CheckNames.Session, CheckNames.Outputs, CheckNames.ObfuscatedAccuracy,
                CheckNames.RestoredAccuracy, CheckNames.Worth, CheckNames.Undoing);
            return;
        }

        RuntimeLog.Quiet();
        using var restored = new RestoredModel(request.Obfuscated, secrets);
        using var model = list.Step(CheckNames.Session, () =>
            RunningModel.Open(() => restored.Open(options: null), "the restored model"),
            _ => "ONNX Runtime opens the restored model");
        CheckOutputs(request, list, restored, secrets, model);
        if (request.Data is not { } path)
        {
            list.Skip("no --data is given", CheckNames.ObfuscatedAccuracy, CheckNames.RestoredAccuracy,
                CheckNames.Worth, CheckNames.Undoing);
            return;
        }

        ModelSignature? signature = null;
        var data = list.Try(CheckNames.ObfuscatedAccuracy, () => model.Read(path, request.ModelOutput, out signature));
        using var obfuscated = RunningModel.Open(() => new InferenceSession(request.Obfuscated), request.Obfuscated);
        WorthChecks.Run(request, list, restored, data, signature!);
        if (signature!.Metric == Metric.NormalizedError)
        {
            CheckErrors(request, list, secrets, (obfuscated, model), data, signature, guessed);
            return;
        }

        var chance = list.Try(CheckNames.ObfuscatedAccuracy, () => BalancedAccuracy.Chance(data.Labels!));
        var (before, after) = (obfuscated.Accuracy(data, signature), model.Accuracy(data, signature));
        list.Try(CheckNames.ObfuscatedAccuracy, () =>
        {
            EnoughExamples.Check(
                data.Labels!, after.Value, needed => ($"Pass at least {needed} of the same kind with --data.", []));
            return true;
        });
        var most = chance.Value + Errors * chance.StandardError;
        list.Add(CheckNames.ObfuscatedAccuracy, before.Value <= most,
            $"{Percent(before)} on {data.Count} examples, balanced over the classes{Without(data, signature)}; chance "
            + $"is at most {most * 100:0.0} %");
        if (model.Varies(data, signature)) list.Skip(Variation, CheckNames.RestoredAccuracy);
        else CheckRestoredAccuracy(request, list, secrets, (data, signature), after, recorded);
        StealthChecks.Undo(
            list, guessed.Model, guessed.Detections, Math.Max(before.Value, chance.Value),
            repaired => repaired.Accuracy(data, signature).Value);
    }

    /// <summary>
    /// Without labels: how far outputs are from the original's, which are the restored model's where there is no
    /// original.
    /// </summary>
    private static void CheckErrors(CheckRequest request, CheckList list, ModelSecrets secrets,
        (RunningModel Obfuscated, RunningModel Restored) models, Dataset data, ModelSignature signature,
        (ModelFile Model, IReadOnlyList<Detection> Detections) guessed)
    {
        var restored = models.Restored.Outputs(data, signature);
        using var original = request.Original is { } path
            ? RunningModel.Open(() => new InferenceSession(path), path)
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
        StealthChecks.Undo(list, guessed.Model, guessed.Detections, Math.Max(Explained(outputs), 0),
            repaired => Explained(repaired.Outputs(data, signature)));
        if (original is null)
        {
            list.Skip("no --original is given, and there are no labels", CheckNames.RestoredAccuracy);
            return;
        }

        if (models.Restored.Varies(data, signature))
        {
            list.Skip(Variation, CheckNames.RestoredAccuracy);
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

    /// <summary>Compares with what was recorded, and with the original; either, both or none may be at hand.</summary>
    private static void CheckRestoredAccuracy(
        CheckRequest request, CheckList list, ModelSecrets secrets, (Dataset Examples, ModelSignature Signature) data,
        Measured restored, double? recorded)
    {
        var (ok, detail) = (true, Percent(restored));
        if (recorded is { } wanted)
        {
            ok = Math.Abs(restored.Value - wanted) < Rounding;
            detail += $"; the report says {wanted * 100:0.0} %";
        }

        if (request.Original is { } path)
        {
            using var model = RunningModel.Open(() => new InferenceSession(path), path);
            var original = model.Accuracy(data.Examples, data.Signature);
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

    /// <summary>
    /// Opens the model as a host does, under every optimisation level, beside a session of the restored bytes.
    /// </summary>
    private static void CheckOutputs(
        CheckRequest request, CheckList list, RestoredModel restored, ModelSecrets secrets, RunningModel model)
    {
        Dataset examples;
        ModelSignature signature;
        try
        {
            examples = request.Data is { } path
                ? model.Read(path, request.ModelOutput, out signature).First(ComparedExamples)
                : model.Draw(Graph(request.Obfuscated), ComparedExamples, request.ModelOutput, out signature);
        }
        catch (OnnxSplitterException e)
        {
            list.Skip($"there are no inputs to compare on: {e.Message}", CheckNames.Outputs);
            return;
        }

        var (differ, vary) = (new List<string>(), new List<string>());
        var levels = Enum.GetValues<GraphOptimizationLevel>();
        foreach (var level in levels)
        {
            using var options = new SessionOptions { GraphOptimizationLevel = level };
            using var host = RunningModel.Open(
                () => ProtectedModel.OpenSession(request.Obfuscated, secrets, options), request.Obfuscated);
            using var expected = RunningModel.Open(
                () => request.Original is { } original && !secrets.IsCompact
                    ? new InferenceSession(original, options)
                    : restored.Open(options),
                "the restored model");
            try
            {
                if (SessionRuns.Same(
                    host.Outputs(examples, signature), expected.Outputs(examples, signature))) continue;
            }
            catch (DataFormatException e)
            {
                list.Skip($"there is nothing to compare: {e.Message}", CheckNames.Outputs);
                return;
            }

            (expected.Varies(examples, signature) ? vary : differ).Add(level.ToString());
        }

        list.Add(CheckNames.Outputs, differ.Count == 0, differ.Count > 0
            ? $"a host's differ under {string.Join(", ", differ)}"
            : vary.Count > 0 ? $"under {string.Join(", ", vary)} {Variation}"
            : $"a host's are the {(secrets.IsCompact ? "restored" : "original")} model's, bit for bit, under all "
                + $"{levels.Length} optimisation levels, on {examples.Count} "
                + $"{(request.Data is null ? "random " : "")}examples");
    }

    private static string Without(Dataset data, ModelSignature signature) =>
        signature.ClassesWithout(data) is { Count: > 0 and var count } ? $" but for {count} without an example" : "";

    private static string Percent(Measured accuracy) => double.IsNaN(accuracy.Value)
        ? "scores that are no numbers"
        : string.Create(
            CultureInfo.InvariantCulture, $"{accuracy.Value * 100:0.0} % \u00b1 {accuracy.StandardError * 100:0.0}");

    private static GraphProto Graph(string path)
    {
        using var file = ModelFile.Open(path);
        return file.Structure.Graph;
    }
}
