using OnnxSplitter.Data;

namespace OnnxSplitter.Attacks;

/// <summary>What a thief could still get.</summary>
/// <param name="Chance">Accuracy of guessing.</param>
/// <param name="Original">The original's accuracy; null where it is not known.</param>
/// <param name="Obfuscated">Accuracy of the model as it is.</param>
/// <param name="Results">Attacks and controls, in the order of how much they need.</param>
/// <param name="LeftOut">Attacks that there was no time for.</param>
public sealed record AttackReport(
    double Chance, Measured? Original, Measured Obfuscated, IReadOnlyList<AttackResult> Results,
    IReadOnlyList<string> LeftOut)
{
    // Less than half a point between original and control is noise, and so is a share of it.
    private const double LeastGap = 0.005;

    /// <summary>
    /// What can be had without the obfuscated model and with the same labels: the best control, or, without labels,
    /// chance.
    /// </summary>
    public double ControlOf(AttackResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Results.Where(one => one.IsControl && one.Labels == result.Labels
                && (one.Labels == 0 || one.Needs == AttackNeeds.Queries == (result.Needs == AttackNeeds.Queries)))
            .Select(one => one.Accuracy).Append(Chance).Max();
    }

    /// <summary>Accuracy as a multiple of what can be had without the model: x black-box.</summary>
    public double TimesBlackBox(AttackResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Accuracy / ControlOf(result);
    }

    /// <summary>
    /// (attack - control) / (original - control), at least 0; null where the original is not known, or gains hardly
    /// anything over the control.
    /// </summary>
    public double? ShareOfGap(AttackResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var control = ControlOf(result);
        return Original is { } original && original.Value - control > LeastGap
            ? Math.Max(0, (result.Accuracy - control) / (original.Value - control)) : null;
    }

    /// <summary>The attack with the largest share of the gap, or, where there is none, the highest accuracy.</summary>
    public AttackResult? Strongest => Results.Where(result => !result.IsControl)
        .OrderByDescending(result => ShareOfGap(result) ?? 0).ThenByDescending(result => result.Accuracy)
        .FirstOrDefault();

    /// <summary>The largest share of the gap of all attacks; null where there is none.</summary>
    public double? MostBroughtBack => Strongest is { } strongest ? ShareOfGap(strongest) : null;
}
