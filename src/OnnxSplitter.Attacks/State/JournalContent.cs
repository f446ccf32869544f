namespace OnnxSplitter.Attacks.State;

/// <summary>What a journal holds.</summary>
/// <param name="Fingerprint">Of models, data and options.</param>
/// <param name="Entries">Runs that ended.</param>
internal sealed record JournalContent(string Fingerprint, List<JournalEntry> Entries);

/// <summary>A run that ended.</summary>
/// <param name="Run">Which.</param>
/// <param name="Results">What it came to: one result, or none where it did not apply.</param>
internal sealed record JournalEntry(string Run, IReadOnlyList<AttackResult> Results);
