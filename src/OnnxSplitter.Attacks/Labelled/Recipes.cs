using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Attacks.Training;

namespace OnnxSplitter.Attacks.Labelled;

/// <summary>The recipes that a thief tries.</summary>
internal static class Recipes
{
    // The last two layers: matrix and bias each.
    private const int Last = 4;

    // Where time is short the first are all that is tried: those that do best as a rule come first.
    private static readonly (bool Adam, float Rate)[] Steps =
        [(true, 0.001f), (false, 0.01f), (true, 0.003f), (false, 0.03f), (false, 0.001f), (false, 0.1f)];

    // A transformer learns next to nothing by the first of these, a network of convolutions most.
    private const int QuickScratch = 2;

    private static readonly (bool Adam, float Rate)[] ScratchSteps =
        [(false, 0.05f), (true, 0.003f), (false, 0.1f), (true, 0.01f), (false, 0.02f), (true, 0.001f)];

    /// <summary>For going on from a network.</summary>
    public static IReadOnlyList<Recipe> Tuning(AttackSetting setting)
    {
        var modes = Modes(setting);
        if (setting.Quick) return [new(true, 0.001f, modes[^1])];
        return
        [
            .. Steps.SelectMany(step => modes.Select(mode => new Recipe(step.Adam, step.Rate, mode))),
            new(true, 0.01f, NormalizationMode.AsExported, Last),
        ];
    }

    /// <summary>For beginning with nothing: the larger rates.</summary>
    public static IReadOnlyList<Recipe> Scratch(AttackSetting setting)
    {
        var mode = Modes(setting)[^1];
        return [.. ScratchSteps.Take(setting.Quick ? QuickScratch : ScratchSteps.Length)
            .Select(step => new Recipe(step.Adam, step.Rate, mode))];
    }

    /// <summary>Rounds of choosing, for going on from a network.</summary>
    public static Length[] TuningLengths(AttackSetting setting) =>
        setting.Quick ? [new(90, 2)] : [new(45, 2), new(150, 5)];

    /// <summary>The same for beginning with nothing, which takes longer.</summary>
    public static Length[] ScratchLengths(AttackSetting setting) =>
        setting.Quick ? [new(180, 4)] : [new(90, 3), new(200, 6), new(400, 12)];

    private static NormalizationMode[] Modes(AttackSetting setting) => setting.Networks.CanNormalize
        ? [NormalizationMode.AsExported, NormalizationMode.OfBatch]
        : [NormalizationMode.AsExported];
}
