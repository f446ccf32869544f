using OnnxSplitter.Data;

namespace OnnxSplitter.Checker;

/// <summary>What to check, with what.</summary>
internal sealed record CheckRequest
{
    public string Obfuscated { get; init; } = string.Empty;

    public string Secrets { get; init; } = string.Empty;

    public IReadOnlyList<string> Identities { get; init; } = [];

    public string? PassphraseFile { get; init; }

    public string Trust { get; init; } = string.Empty;

    public string? SignerName { get; init; }

    public string? Audience { get; init; }

    public string? Original { get; init; }

    /// <summary>Socket of a trusted process that runs the model.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Examples to measure on.</summary>
    public string? Data { get; init; }

    public string? ModelOutput { get; init; }

    /// <summary>Whether that output is an embedding.</summary>
    public bool Embedding { get; init; }

    /// <summary>What <c>protect --report</c> wrote as JSON.</summary>
    public string? Report { get; init; }

    /// <summary>Share of the accuracy, or normalised error.</summary>
    public double CompactTolerance { get; init; } = 0.005;

    /// <summary>Whether to look for changes that show.</summary>
    public bool Stealth { get; init; }

    /// <summary>What the model may still be worth to a thief, 0 to 1; null where that is not asked.</summary>
    public double? TargetWorth { get; init; }

    public bool AllowExpired { get; init; }

    public bool NoSession { get; init; }

    /// <summary>Knows the libraries of custom ops.</summary>
    public Sessions Sessions { get; init; } = Sessions.Plain;

    public bool Json { get; init; }
}
