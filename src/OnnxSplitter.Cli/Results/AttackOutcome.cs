using OnnxSplitter.Attacks;
using OnnxSplitter.Cli.Terminal;

namespace OnnxSplitter.Cli.Results;

/// <summary>What <c>attack --json</c> prints.</summary>
/// <param name="Verdict">What it comes to, in a few sentences.</param>
/// <param name="Chance">Accuracy of guessing.</param>
/// <param name="Original">The original's accuracy; null where it was not given.</param>
/// <param name="Obfuscated">The obfuscated model's.</param>
/// <param name="ShareOfGap">The largest of all attacks; null where there is none.</param>
/// <param name="Attacks">Attacks and controls.</param>
/// <param name="LeftOut">What there was no time for.</param>
internal sealed record AttackOutcome(
    string Verdict, double Chance, double? Original, double Obfuscated, double? ShareOfGap,
    IReadOnlyList<AttackOutcomeRow> Attacks, IReadOnlyList<string> LeftOut)
{
    public static AttackOutcome Of(AttackReport report) => new(
        AttackText.Verdict(report), report.Chance, report.Original?.Value, report.Obfuscated.Value,
        report.MostBroughtBack,
        [.. report.Results.Select(result => AttackOutcomeRow.Of(report, result))], report.LeftOut);
}
