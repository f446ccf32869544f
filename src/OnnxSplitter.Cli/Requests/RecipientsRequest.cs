using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Cli.Requests;

/// <summary>What <c>onnxsplit recipients</c> was asked to do.</summary>
internal sealed record RecipientsRequest
{
    public string Secrets { get; init; } = string.Empty;

    public IReadOnlyList<string> Recipients { get; init; } = [];

    public IReadOnlyList<string> RecipientFiles { get; init; } = [];

    public IReadOnlyList<string> Addresses { get; init; } = [];

    public string Signer { get; init; } = string.Empty;

    public IReadOnlyList<string> Identities { get; init; } = [];

    public string? PassphraseFile { get; init; }

    public string? Trust { get; init; }

    public SealOptions Sealing { get; init; } = new();

    /// <summary>Null for the place of the old secrets.</summary>
    public string? Output { get; init; }

    public bool Force { get; init; }

    public bool Json { get; init; }
}
