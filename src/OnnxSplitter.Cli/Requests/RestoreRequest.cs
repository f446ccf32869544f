using OnnxSplitter.Hosting;

namespace OnnxSplitter.Cli.Requests;

/// <summary>What to restore, from what, to where.</summary>
internal sealed record RestoreRequest
{
    public string Model { get; init; } = string.Empty;

    public string Secrets { get; init; } = string.Empty;

    public IReadOnlyList<string> Identities { get; init; } = [];

    public string? PassphraseFile { get; init; }

    public string Trust { get; init; } = string.Empty;

    public string? SignerName { get; init; }

    public string? Audience { get; init; }

    public string Output { get; init; } = string.Empty;

    public bool Force { get; init; }

    public bool Json { get; init; }

    public bool ToStandardOutput => Output == Streams.Standard;
}
