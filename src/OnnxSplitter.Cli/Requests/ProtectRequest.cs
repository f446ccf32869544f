using OnnxSplitter.Data;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Cli.Requests;

/// <summary>What <c>onnxsplit protect</c> or <c>rotate</c> was asked to do.</summary>
internal sealed record ProtectRequest
{
    public string Model { get; init; } = string.Empty;

    public IReadOnlyList<string> Recipients { get; init; } = [];

    public IReadOnlyList<string> RecipientFiles { get; init; } = [];

    public string Signer { get; init; } = string.Empty;

    public string? PassphraseFile { get; init; }

    public SealOptions Sealing { get; init; } = new();

    /// <summary>Empty for a name that depends on whether the model has data files.</summary>
    public string Output { get; init; } = string.Empty;

    public string Secrets { get; init; } = string.Empty;

    public IReadOnlyList<string> Reports { get; init; } = [];

    /// <summary>Knows the libraries of custom ops.</summary>
    public Sessions Sessions { get; init; } = Sessions.Plain;

    public DataSettings Data { get; init; } = new();

    public SearchSettings Search { get; init; } = new();

    /// <summary>Write the best that was found even if the target was not reached.</summary>
    public bool AcceptBest { get; init; }

    public bool NoEvaluation { get; init; }

    public bool IsCompact { get; init; }

    /// <summary>What compact secrets are like, if they are asked for.</summary>
    public CompactOptions CompactSettings { get; init; } = new();

    /// <summary>Compact secrets that are asked for; null for ordinary ones.</summary>
    public CompactOptions? Compact => IsCompact ? CompactSettings : null;

    /// <summary>Whether what was written is attacked, by what takes about a minute.</summary>
    public bool IsAttacked { get; init; }

    /// <summary>A published model of the same architecture, for attacks; null for none.</summary>
    public string? Public { get; init; }

    /// <summary>The largest share of the gap that attacks may bring back; null where that is not asked for.</summary>
    public double? Resilience { get; init; }

    public bool VariantPerRecipient { get; init; }

    /// <summary>The secrets that the model has now, which are to be replaced; null for a model that has none.</summary>
    public FormerSecrets? Former { get; init; }

    /// <summary>Null keeps no state.</summary>
    public string? State { get; init; }

    public bool Resume { get; init; }

    public bool Force { get; init; }

    public bool Json { get; init; }
}
