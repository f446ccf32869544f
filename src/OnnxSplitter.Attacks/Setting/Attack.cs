using OnnxSplitter.Attacks.Training;

namespace OnnxSplitter.Attacks.Setting;

/// <summary>One way to attack, or a control: what can be had without the model.</summary>
/// <param name="Name">What it is asked for by.</param>
/// <param name="Needs">What a thief has to have.</param>
/// <param name="What">What it does, in a sentence.</param>
/// <param name="Run">
/// Does it. Those that need labels get some; others null. Null is returned where it does not apply to the model.
/// </param>
internal sealed record Attack(
    string Name, AttackNeeds Needs, string What, Func<AttackSetting, ThiefData?, Attempt?> Run)
{
    /// <summary>Whether it is in the subset that takes about a minute.</summary>
    public bool Quick { get; init; }

    /// <summary>Whether it makes no use of the obfuscated model.</summary>
    public bool IsControl { get; init; }

    /// <summary>Whether it takes labels.</summary>
    public bool TakesLabels { get; init; }

    /// <summary>The share of the time that it gets: what trains gets more than what looks.</summary>
    public int Cost => TakesLabels ? Trained : 1;

    private const int Trained = 8;
}
