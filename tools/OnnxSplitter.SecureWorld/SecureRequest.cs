using OnnxSplitter.Runtime.Secured;

namespace OnnxSplitter.SecureWorld;

/// <summary>What to serve, and to whom.</summary>
internal sealed record SecureRequest
{
    public string Obfuscated { get; init; } = string.Empty;

    public string Secrets { get; init; } = string.Empty;

    public IReadOnlyList<string> Identities { get; init; } = [];

    public string? PassphraseFile { get; init; }

    public string Trust { get; init; } = string.Empty;

    public string? SignerName { get; init; }

    public string? Audience { get; init; }

    /// <summary>Path of the socket.</summary>
    public string Socket { get; init; } = string.Empty;

    /// <summary>Numbers of users who may connect, beside the one that this runs as.</summary>
    public IReadOnlyList<int> Users { get; init; } = [];

    /// <summary>What runs here.</summary>
    public SecuredMode Mode { get; init; } = SecuredMode.Whole;

    /// <summary>Hosts at a time.</summary>
    public int Clients { get; init; } = 16;

    /// <summary>Megabytes that each host may share.</summary>
    public int Arena { get; init; } = 256;

    /// <summary>Megabytes that all runs together may take.</summary>
    public int Memory { get; init; } = 1024;

    /// <summary>How long a run may take.</summary>
    public int RunSeconds { get; init; } = 60;

    /// <summary>Whether to go on where memory can't be kept out of swap.</summary>
    public bool Unlocked { get; init; }
}
