using OnnxSplitter.Attacks;
using OnnxSplitter.Cli.Terminal;

namespace OnnxSplitter.Cli.Results;

/// <summary>What <c>attack --secured --json</c> prints.</summary>
/// <param name="Verdict">What it comes to, in a few sentences.</param>
/// <param name="Queries">Until all layers are known; null where one is not with all examples.</param>
/// <param name="Layers">The changed layers.</param>
/// <param name="Original">The original's accuracy; null without labels.</param>
/// <param name="Obfuscated">The obfuscated model's.</param>
/// <param name="BroughtBack">With what was solved for put back.</param>
internal sealed record CorrectionsOutcome(
    string Verdict, int? Queries, IReadOnlyList<LayerLeak> Layers, double? Original, double? Obfuscated,
    double? BroughtBack)
{
    public static CorrectionsOutcome Of(CorrectionsReport report) => new(
        CorrectionsText.Verdict(report), report.Queries, report.Layers, report.Original?.Value,
        report.Obfuscated?.Value, report.BroughtBack?.Value);
}
