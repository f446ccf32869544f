using OnnxSplitter.Protection.Options;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Cli.Commands;

/// <summary>What <c>onnxsplit protect</c> was asked to do: paths as given, defaults filled in.</summary>
internal sealed record ProtectRequest(
    string Model, IReadOnlyList<string> Recipients, IReadOnlyList<string> RecipientFiles, string Signer, string Output,
    string Secrets)
{
    public string? PassphraseFile { get; init; }

    public SealOptions Sealing { get; init; } = new();

    public DataSettings Data { get; init; } = new();

    public SearchSettings Search { get; init; } = new();

    public IReadOnlyList<string> Reports { get; init; } = [];

    public bool AcceptBest { get; init; }

    public bool NoEvaluation { get; init; }

    public CompactOptions? Compact { get; init; }

    public bool VariantPerRecipient { get; init; }

    /// <summary>The secrets that the model has now, which are to be replaced; null for a model that has none.</summary>
    public FormerSecrets? Former { get; init; }

    /// <summary>Null keeps no state.</summary>
    public string? State { get; init; }

    public bool Resume { get; init; }

    public bool Force { get; init; }

    public bool Json { get; init; }
}
