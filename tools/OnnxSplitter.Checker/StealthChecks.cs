using System.Globalization;
using OnnxSplitter.Forensics.Detectors;
using OnnxSplitter.Forensics.Repairs;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Checker;

/// <summary>Checks of what somebody sees of the changes who has the shipped model alone, and no data.</summary>
internal static class StealthChecks
{
    /// <summary>Runs the detectors.</summary>
    /// <returns>What they guess; empty where they did not run.</returns>
    public static IReadOnlyList<Detection> Detect(
        CheckRequest request, CheckList list, ModelFile obfuscated, ModelSecrets secrets,
        CancellationToken cancellation)
    {
        if (!request.Stealth)
        {
            list.Skip("--stealth is not given", [.. CheckNames.Detectors]);
            return [];
        }

        if (secrets.Keyed is not null)
        {
            list.Skip("a key changed most weights, and detectors look for a few odd ones", [.. CheckNames.Detectors]);
            return [];
        }

        IReadOnlyList<Detection> detections;
        try
        {
            detections = DetectorSuite.Run(obfuscated, secrets.Tensors.ToDictionary(
                tensor => tensor.Path, IReadOnlyList<long> (tensor) => tensor.Indices, StringComparer.Ordinal),
                cancellation);
        }
        catch (ModelFormatException e)
        {
            list.Skip(e.Message, [.. CheckNames.Detectors]);
            return [];
        }

        foreach (var (name, one) in CheckNames.Detectors.Zip(detections))
        {
            if (one.Found == 0) list.Skip("it judges none of the changed weights", name);
            else list.Add(name, !one.Tells, string.Create(CultureInfo.InvariantCulture,
                $"AUROC {one.Auroc:0.00} for {one.Found} changed weights among {one.Judged}; at most "
                + $"{one.MostAuroc:0.00}"));
        }

        return detections;
    }

    /// <summary>Measures what undoing guesses brings back.</summary>
    /// <param name="request">What to check.</param>
    /// <param name="list">Gets the outcome.</param>
    /// <param name="obfuscated">The shipped model.</param>
    /// <param name="detections">What the detectors guess.</param>
    /// <param name="before">What the shipped model is worth.</param>
    /// <param name="worth">What a model is worth: its accuracy, or the share of the outputs' variance.</param>
    public static void Undo(CheckRequest request, CheckList list, ModelFile obfuscated,
        IReadOnlyList<Detection> detections, double before, Func<RunningModel, double> worth)
    {
        if (detections.Count == 0)
        {
            list.Skip("no detector ran", CheckNames.Undoing);
            return;
        }

        var (look, after) = UndoneGuesses.Best(obfuscated, detections, Worth).Undone;
        list.Add(CheckNames.Undoing, after - before <= UndoneGuesses.MostBack, string.Create(
            CultureInfo.InvariantCulture,
            $"{before * 100:0.0} % become {after * 100:0.0} % by {look}; at most "
            + $"{UndoneGuesses.MostBack * 100:0} points more"));

        double Worth(IReadOnlyList<WeightBits> repairs)
        {
            using var model = RunningModel.Open(request,
                () => RepairedModel.Open(obfuscated, repairs, request.Sessions), "the model with guesses undone");
            return worth(model);
        }
    }
}
