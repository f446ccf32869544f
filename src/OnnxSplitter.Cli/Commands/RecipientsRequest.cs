using OnnxSplitter.Hosting;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Cli.Commands;

/// <summary>What <c>onnxsplit recipients</c> was asked to do.</summary>
internal sealed record RecipientsRequest(
    string Secrets, IReadOnlyList<string> Recipients, IReadOnlyList<string> RecipientFiles)
{
    public IReadOnlyList<string> Addresses { get; init; } = [];

    public string? Signer { get; init; }

    public IReadOnlyList<string> Identities { get; init; } = [];

    public string? PassphraseFile { get; init; }

    public string? Trust { get; init; }

    public SealOptions Sealing { get; init; } = new();

    public string Output { get; init; } = Streams.Standard;

    public bool Force { get; init; }

    public bool Json { get; init; }
}
