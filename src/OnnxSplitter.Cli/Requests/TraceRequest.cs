namespace OnnxSplitter.Cli.Requests;

/// <summary>Which model to trace, and by what.</summary>
internal sealed record TraceRequest
{
    public string Model { get; init; } = string.Empty;

    /// <summary>The folder with all variants' secrets.</summary>
    public string Secrets { get; init; } = string.Empty;

    public IReadOnlyList<string> Identities { get; init; } = [];

    public string? PassphraseFile { get; init; }

    public string Trust { get; init; } = string.Empty;

    public bool Json { get; init; }
}
