namespace OnnxSplitter.Attacks.State;

/// <summary>What a journal holds.</summary>
/// <param name="Fingerprint">Of models, data and options.</param>
/// <param name="Entries">Runs that ended.</param>
internal sealed record JournalContent(string Fingerprint, List<JournalEntry> Entries);
