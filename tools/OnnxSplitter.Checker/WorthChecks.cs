using System.Globalization;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Checker;

/// <summary>What the obfuscated model is still worth to whoever has the file.</summary>
internal static class WorthChecks
{
    // Standard errors that what is read of a third of the data may lie above what it is.
    private const double Errors = 2;

    /// <summary>Measures it on two parts of the data: readouts are fitted on one, and judged on the other.</summary>
    /// <param name="request">What to check.</param>
    /// <param name="list">Gets the outcome.</param>
    /// <param name="restored">What the model is restored to.</param>
    /// <param name="data">Examples.</param>
    /// <param name="signature">How the model is measured on them.</param>
    /// <param name="file">The obfuscated model.</param>
    public static void Run(CheckRequest request, CheckList list, RestoredModel restored, Dataset data,
        ModelSignature signature, ModelFile file)
    {
        using var original = new LoadedModel(restored.Open(), signature);
        WorthLeft left;
        try
        {
            var (known, asked) = original.Answer(data).Split(request.Data!);
            left = new WorthMeter(
                file, original, original.Answer(known).Mixed(), original.Answer(asked), request.Sessions)
                .Measure(request.Obfuscated);
        }
        catch (OnnxSplitterException e) when (request.TargetWorth is null)
        {
            // Of a few examples, or a model of gigabytes, it can't be told, and it was not asked for.
            list.Skip(e.Message, CheckNames.Worth);
            return;
        }
        catch (OnnxSplitterException e)
        {
            list.Add(CheckNames.Worth, ok: false, e.Message);
            throw;
        }

        var outputs = ModelOutputs.Of(file);
        left = left.Of(
            [.. left.Outputs.Select(output => output.Name).Where(name => outputs.Counts(name, request.ModelOutput))]);
        var goals = WorthGoals.Of(request.TargetWorth);
        var above = goals.Unprotected(left);
        var unprotected = above
            .Where(output => output.NotMeasured is not null || output.Worth > output.Goal + Noise(left, goals, output))
            .ToArray();
        var ok = unprotected.Length == 0 && (!goals.Required || left.OfInner <= goals.Inner);
        list.Add(CheckNames.Worth, ok, string.Create(
            CultureInfo.InvariantCulture,
            $"of the original's, outputs keep {left.Unlabelled:0.00} without labels and {left.Labelled:0.00} with, "
            + $"what is inside {left.OfInner:0.00}; aimed at by outputs {Bounds(left, goals)}"
            + $"{(above.Count > unprotected.Length ? "; more, but by less than two standard errors" : "")}"
            + $"{Named(unprotected)}"));
    }

    /// <summary>
    /// How much more the worth of class scores may seem by chance alone, of so many examples; nothing where a bound was
    /// asked for.
    /// </summary>
    private static double Noise(WorthLeft left, WorthGoals goals, UnprotectedOutput unprotected) => goals.Required
        ? 0
        : Errors * left.Outputs.Single(output => output.Name == unprotected.Name).Readings
            .MaxBy(reading => reading.Worth)!.WorthError;

    private static string Bounds(WorthLeft left, WorthGoals goals) =>
        string.Join(" and ", left.Outputs.Select(goals.Goal).Distinct()
            .Select(goal => goal.ToString("0.##", CultureInfo.InvariantCulture)))
        + (left.Inner.Count > 0
            ? string.Create(CultureInfo.InvariantCulture, $", inside {goals.Inner:0.##}")
            : "");

    private static string Named(IReadOnlyList<UnprotectedOutput> outputs) => string.Concat(outputs.Select(output =>
        string.Create(CultureInfo.InvariantCulture, $"; output {output.Name} ")
        + (output.NotMeasured is { } why ? $"can't be measured: {why}" : string.Create(CultureInfo.InvariantCulture,
            $"keeps {output.Kept}, at most {output.Goal:0.##}"))));
}
