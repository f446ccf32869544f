using OnnxSplitter.Attacks.Training;

namespace OnnxSplitter.Attacks.Setting;

/// <summary>An attack that is to be run.</summary>
/// <param name="Attack">Which.</param>
/// <param name="Labels">With how many labels.</param>
/// <param name="Data">Those labels; null for none.</param>
/// <param name="Source">Where they are from, if not what the attack says.</param>
internal sealed record PlannedAttack(Attack Attack, int Labels, ThiefData? Data, AttackNeeds? Source)
{
    /// <summary>What a thief has to have.</summary>
    public AttackNeeds Needs => Source ?? Attack.Needs;

    /// <summary>In a few words.</summary>
    public override string ToString() => Labels == 0 ? Attack.Name
        : $"{Attack.Name}, {Labels} {(Source == AttackNeeds.Queries ? "queries" : "labels")}";
}
