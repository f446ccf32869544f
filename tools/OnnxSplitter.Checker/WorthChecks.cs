using System.Globalization;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Checker;

/// <summary>What the obfuscated model is still worth to whoever has the file.</summary>
internal static class WorthChecks
{
    /// <summary>Measures it on two parts of the data: readouts are fitted on one, and judged on the other.</summary>
    /// <param name="request">What to check.</param>
    /// <param name="list">Gets the outcome.</param>
    /// <param name="restored">What the model is restored to.</param>
    /// <param name="data">Examples.</param>
    /// <param name="signature">How the model is measured on them.</param>
    public static void Run(
        CheckRequest request, CheckList list, RestoredModel restored, Dataset data, ModelSignature signature)
    {
        if (request.TargetWorth is not { } most)
        {
            list.Skip("no --target-worth is given", CheckNames.Worth);
            return;
        }

        using var original = new LoadedModel(restored.Open(options: null), signature);
        using var file = ModelFile.Open(request.Obfuscated);
        var left = list.Try(CheckNames.Worth, () =>
        {
            var (known, asked) = original.Answer(data).Split(request.Data!);
            return new WorthMeter(file, original, original.Answer(known).Mixed(), original.Answer(asked))
                .Measure(request.Obfuscated);
        });
        var goals = WorthGoals.Of(most);
        var ok = goals.AreMet(left) && goals.Unprotected(left).Count == 0;
        list.Add(CheckNames.Worth, ok, string.Create(CultureInfo.InvariantCulture,
            $"of the original's, outputs keep {left.Unlabelled:0.00} without labels and {left.Labelled:0.00} with, ")
            + string.Create(CultureInfo.InvariantCulture, $"what is inside {left.OfInner:0.00}; at most {most:0.##}"));
    }
}
