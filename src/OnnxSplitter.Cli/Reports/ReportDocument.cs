using OnnxSplitter.Cli.Results;

namespace OnnxSplitter.Cli.Reports;

/// <summary>What a report says: the page draws it, and JSON is it.</summary>
/// <param name="Handling">Who may see it.</param>
/// <param name="Model">The original's file name.</param>
/// <param name="Created">When it was made, UTC.</param>
/// <param name="TargetReached">Whether the target was reached.</param>
/// <param name="Measured">On the evaluation data.</param>
/// <param name="Worth">What a thief could still get; null where that was not measured.</param>
/// <param name="Attacks">What attacks brought back; null where none were run.</param>
/// <param name="Changes">How much was changed.</param>
/// <param name="Tensors">Every weight tensor, in graph order.</param>
/// <param name="Steps">The search's steps, in the order they were made.</param>
/// <param name="Visible">What the changes leave visible to whoever has the obfuscated file.</param>
/// <param name="Limits">What this does not protect against.</param>
/// <param name="Reproduction">How to make it again.</param>
internal sealed record ReportDocument(
    string Handling,
    string Model,
    DateTimeOffset Created,
    bool TargetReached,
    ReportMeasured Measured,
    ReportWorth? Worth,
    AttackOutcome? Attacks,
    ReportChanges Changes,
    IReadOnlyList<ReportTensor> Tensors,
    IReadOnlyList<ReportStep> Steps,
    IReadOnlyList<string> Visible,
    IReadOnlyList<string> Limits,
    ReportReproduction Reproduction);
