using OnnxSplitter.Hosting;

namespace OnnxSplitter.Cli.Commands;

/// <summary>What to restore, from what, to where.</summary>
internal sealed record RestoreRequest(
    string Model, string Secrets, IReadOnlyList<string> Identities, string? PassphraseFile, string Trust, string Output,
    bool Force)
{
    public string? SignerName { get; init; }

    public string? Audience { get; init; }

    public bool ToStandardOutput => Output == Streams.Standard;
}
