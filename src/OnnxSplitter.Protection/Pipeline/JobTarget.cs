using System.Globalization;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>What is to be reached by the model's measure.</summary>
/// <param name="Metric">The measure.</param>
/// <param name="Chance">What a model has by it that knows nothing.</param>
/// <param name="Value">What is to be reached.</param>
/// <param name="Repeated">
/// What a second run of the original has, measured by its first, if its outputs vary from run to run; else null.
/// </param>
internal sealed record JobTarget(Metric Metric, Measured Chance, double Value, Measured? Repeated)
{
    // Chance plus its standard error still counts as chance: at least this much, and at most this share of chance,
    // since classes of a few examples have errors as large as any accuracy.
    private const double Tolerance = 0.005;
    private const double MostTolerance = 0.2;

    /// <summary>What a job is to reach.</summary>
    /// <param name="options">The job.</param>
    /// <param name="original">The original.</param>
    /// <param name="evaluation">Examples with what it should answer.</param>
    /// <exception cref="ModelFormatException">
    /// The target is by another measure than the model's, or the original reaches it by varying from run to run.
    /// </exception>
    public static JobTarget Of(ProtectionOptions options, LoadedModel original, Dataset evaluation)
    {
        var signature = original.Signature;
        var chance = signature.Metric == Metric.Accuracy
            ? BalancedAccuracy.Chance(evaluation.Labels!)
            : new Measured(1, 0);
        var repeated = original.Repeat(evaluation);
        var value = Asked(options.Search, signature, chance, options.AimsAtWorth);
        if (repeated is { Value: var own })
        {
            RefuseNoise(signature.Metric, own, value);

            // A model that tells nothing differs from the original by the noise of both: that of one more than the
            // original has in its own variance.
            if (options.Search.TargetError is null && signature.Metric == Metric.NormalizedError) value += own / 2;
        }

        return new JobTarget(signature.Metric, chance, value, repeated);
    }

    /// <summary>Whether a model with this reaches it.</summary>
    public bool IsReachedBy(Measured measured) => Metric.Reaches(measured.Value, Value);

    private static double Asked(SearchSettings search, ModelSignature signature, Measured chance, bool worth)
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

    private static void RefuseNoise(Metric metric, double own, double target)
    {
        if (metric.Reaches(own, target))
            throw new ModelFormatException(
                "The model's own outputs vary from run to run, by so much that it would count as success: a second run "
                + $"on the same examples, measured by the first, has {Shown(own)}, and the target is {Shown(target)}.",
                "Export it for inference (without dropout), and with the noise that it draws as an input.");

        string Shown(double value) => metric == Metric.Accuracy
            ? string.Create(CultureInfo.InvariantCulture, $"an accuracy of {value * 100:0.0} %")
            : string.Create(CultureInfo.InvariantCulture, $"a normalised error of {value:0.000}");
    }
}
