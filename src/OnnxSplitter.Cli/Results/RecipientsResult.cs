namespace OnnxSplitter.Cli.Results;

/// <summary>What <c>recipients --json</c> prints.</summary>
/// <param name="Output">Path of the secrets that were written; null where they were only looked at.</param>
/// <param name="Recipients">Who can open them now.</param>
internal sealed record RecipientsResult(string? Output, IReadOnlyList<RecipientResult> Recipients);
