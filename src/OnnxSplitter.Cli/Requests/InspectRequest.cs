namespace OnnxSplitter.Cli.Requests;

/// <summary>What to show.</summary>
internal sealed record InspectRequest
{
    public string File { get; init; } = string.Empty;

    public IReadOnlyList<string> Identities { get; init; } = [];

    public string? PassphraseFile { get; init; }

    public string? Trust { get; init; }

    public string? Audience { get; init; }

    public bool Json { get; init; }
}
