using OnnxSplitter.Attacks;
using OnnxSplitter.Cli.Terminal;

namespace OnnxSplitter.Cli.Results;

/// <summary>One attack, or control, of <see cref="AttackOutcome"/>.</summary>
/// <param name="Attack">Its name.</param>
/// <param name="Needs">What a thief has to have.</param>
/// <param name="Control">Whether it makes no use of the obfuscated model.</param>
/// <param name="Labels">How many labels, or answers, it had.</param>
/// <param name="How">The best of its ways.</param>
/// <param name="Accuracy">Balanced over the classes.</param>
/// <param name="StandardError">Of that.</param>
/// <param name="Agreement">Share of answers that are the original's.</param>
/// <param name="TimesBlackBox">Accuracy by that of the best control with as many labels.</param>
/// <param name="ShareOfGap">How much of the way from that control to the original it goes.</param>
/// <param name="Found">What it knows of which weights were changed.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Evaluations">Examples that a model was run on.</param>
internal sealed record AttackOutcomeRow(
    string Attack, string Needs, bool Control, int Labels, string How, double Accuracy, double StandardError,
    double? Agreement, double? TimesBlackBox, double? ShareOfGap, FoundPositions? Found, double Seconds,
    long Evaluations)
{
    public static AttackOutcomeRow Of(AttackReport report, AttackResult result) => new(
        result.Attack, AttackText.Needs(result.Needs), result.IsControl, result.Labels, result.How, result.Accuracy,
        result.StandardError, result.Agreement, result.IsControl ? null : report.TimesBlackBox(result),
        result.IsControl ? null : report.ShareOfGap(result), result.Found, result.Seconds, result.Evaluations);
}
