using OnnxSplitter.Forensics.Repairs;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Cli.Reports;

/// <summary>What a thief could still get.</summary>
/// <param name="OutputsGoal">What any reading of an output may gain, as a share of the original's worth.</param>
/// <param name="InnerGoal">The same of what is inside.</param>
/// <param name="Left">Everything that was read.</param>
/// <param name="Unprotected">Outputs that are not protected.</param>
/// <param name="Undone">
/// What undoing what looks odd brings back, as an accuracy or 1 less the normalised error; null where that was not
/// measured.
/// </param>
internal sealed record ReportWorth(
    double OutputsGoal, double InnerGoal, WorthLeft Left, IReadOnlyList<UnprotectedOutput> Unprotected,
    UndoneGuesses? Undone);
