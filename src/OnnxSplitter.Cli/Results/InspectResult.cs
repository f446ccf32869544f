namespace OnnxSplitter.Cli.Results;

/// <summary>What <c>inspect --json</c> prints.</summary>
internal sealed record InspectResult(
    bool Verified,
    string Note,
    string Signer,
    string? SignerSha256,
    IReadOnlyList<string> Recipients,
    string ContentEncryption,
    long Length,
    InspectContents? Contents)
{
    /// <summary>Whom the secrets are for; null for anybody.</summary>
    public string? Audience { get; init; }

    /// <summary>From when on they may be used; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Until when they may be used; null for ever.</summary>
    public DateTimeOffset? NotAfter { get; init; }
}
