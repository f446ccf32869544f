namespace OnnxSplitter.Attacks;

/// <summary>What an attack came to.</summary>
/// <param name="Attack">Its name.</param>
/// <param name="Needs">What a thief has to have for it.</param>
/// <param name="IsControl">Whether it makes no use of the obfuscated model.</param>
/// <param name="Labels">How many labels, or answers to queries, it had.</param>
/// <param name="How">The best of its ways.</param>
/// <param name="Accuracy">Balanced over the classes, 0 to 1, on the evaluation examples.</param>
/// <param name="StandardError">Of that.</param>
/// <param name="Agreement">Share of answers that are the original's; null where those are not known.</param>
/// <param name="Found">What it knows of which weights were changed; null where it guesses none.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Evaluations">Examples that a model was run on.</param>
public sealed record AttackResult(
    string Attack, AttackNeeds Needs, bool IsControl, int Labels, string How, double Accuracy, double StandardError,
    double? Agreement, FoundPositions? Found, double Seconds, long Evaluations);
