namespace OnnxSplitter.Cli.Requests;

/// <summary>Secrets that a rotation replaces, and what opens them.</summary>
internal sealed record FormerSecrets
{
    public string Path { get; init; } = string.Empty;

    /// <summary>Where the keys lie that may open them, tried in order.</summary>
    public IReadOnlyList<string> Identities { get; init; } = [];

    /// <summary>The certificate that vouches for them; null for that of the new secrets' signer.</summary>
    public string? Trust { get; init; }
}
