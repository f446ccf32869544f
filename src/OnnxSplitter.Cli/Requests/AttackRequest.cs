using OnnxSplitter.Attacks;

namespace OnnxSplitter.Cli.Requests;

/// <summary>What to attack, and where to say what came of it.</summary>
internal sealed record AttackRequest
{
    /// <summary>What to attack, and what the thief has.</summary>
    public AttackOptions Options { get; init; } = new();

    /// <summary>Reports that are written.</summary>
    public IReadOnlyList<string> Reports { get; init; } = [];

    /// <summary>Whether reports that exist are replaced.</summary>
    public bool Force { get; init; }

    public bool Json { get; init; }
}
