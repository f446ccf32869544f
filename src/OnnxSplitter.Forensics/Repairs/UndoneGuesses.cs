using OnnxSplitter.Forensics.Detectors;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Forensics.Repairs;

/// <summary>What the best look at the weights, without any data, brings back.</summary>
/// <param name="Look">Which look it was.</param>
/// <param name="Worth">What the model is worth with its guesses undone, on the caller's scale.</param>
public sealed record UndoneGuesses(string Look, double Worth)
{
    /// <summary>Share of the accuracy, or of the outputs' variance, that undoing may bring back.</summary>
    public const double MostBack = 0.02;

    private const string Signs = "the sign that nearly all values of a tensor have";

    // Of a tensor's values that have one sign, for the simplest repair.
    private const double Majority = 0.8;

    // Of those that are looked at first on fewer examples, the same for all, so that little tells them apart by luck.
    private const int Finalists = 3;

    /// <summary>Undoes the guesses of each detector, and the signs that are rare, and takes what helps most.</summary>
    /// <param name="obfuscated">The model.</param>
    /// <param name="detections">What the detectors guess; at least one.</param>
    /// <param name="worth">What the model is worth after some repairs.</param>
    /// <param name="glance">
    /// The same by fewer examples, for leaving out what helps less; null to measure what every detector guesses.
    /// </param>
    /// <exception cref="ModelFormatException">A tensor is too large to be looked at.</exception>
    public static BestUndoing Best(ModelFile obfuscated, IReadOnlyList<Detection> detections,
        Func<IReadOnlyList<WeightBits>, double> worth, Func<IReadOnlyList<WeightBits>, double>? glance = null)
    {
        ArgumentNullException.ThrowIfNull(obfuscated);
        ArgumentNullException.ThrowIfNull(detections);
        ArgumentNullException.ThrowIfNull(worth);
        var looks = detections.Select(one => (Look: one.Detector, one.Guesses))
            .Append((Look: Signs, Guesses: MajoritySigns.Of(obfuscated, Majority)));
        if (glance is not null)
        {
            // Beside the best, what brings back no more there than the look that brings least is not looked at again.
            var seen = looks.Select(look => (Look: look, Worth: glance(look.Guesses)))
                .OrderByDescending(pair => pair.Worth).ToArray();
            looks = seen.Take(Finalists).Where((pair, rank) => rank == 0 || pair.Worth > seen[^1].Worth)
                .Select(pair => pair.Look);
        }

        return looks.Select(one => new BestUndoing(new UndoneGuesses(one.Look, worth(one.Guesses)), one.Guesses))
            .MaxBy(one => one.Undone.Worth)!;
    }
}
