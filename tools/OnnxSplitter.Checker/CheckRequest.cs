namespace OnnxSplitter.Checker;

/// <summary>What to check, with what.</summary>
internal sealed record CheckRequest(
    string Obfuscated, string Secrets, IReadOnlyList<string> Identities, string Trust, string? Original, string? Data,
    string? ModelOutput, string? Report, string? PassphraseFile, double CompactTolerance, bool AllowExpired, bool NoSession)
{
    public string? SignerName { get; init; }

    public string? Audience { get; init; }
}
