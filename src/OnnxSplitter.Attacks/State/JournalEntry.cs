namespace OnnxSplitter.Attacks.State;

/// <summary>A run that ended.</summary>
/// <param name="Run">Which.</param>
/// <param name="Results">What it came to: one result, or none where it did not apply.</param>
internal sealed record JournalEntry(string Run, IReadOnlyList<AttackResult> Results);
