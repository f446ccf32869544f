using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Attacks.Training;

namespace OnnxSplitter.Attacks.Labelled;

/// <summary>The recipes that a thief tries.</summary>
internal static class Recipes
{
    // The last two layers: matrix and bias each.
    private const int Last = 4;

    private static readonly float[] Rates = [0.1f, 0.03f, 0.01f, 0.001f];
    private static readonly float[] AdamRates = [0.003f, 0.001f];
    private static readonly float[] ScratchRates = [0.1f, 0.05f, 0.02f];
    private static readonly float[] ScratchAdamRates = [0.01f, 0.003f, 0.001f];

    /// <summary>For going on from a network.</summary>
    public static IReadOnlyList<Recipe> Tuning(AttackSetting setting)
    {
        var modes = Modes(setting);
        if (setting.Quick) return [new(true, 0.001f, modes[^1])];
        return
        [
            .. modes.SelectMany(mode => Rates.Select(rate => new Recipe(false, rate, mode))
                .Concat(AdamRates.Select(rate => new Recipe(true, rate, mode)))),
            new(true, 0.01f, NormalizationMode.AsExported, Last),
        ];
    }

    /// <summary>For beginning with nothing: the larger rates.</summary>
    public static IReadOnlyList<Recipe> Scratch(AttackSetting setting)
    {
        var mode = Modes(setting)[^1];
        if (setting.Quick) return [new(false, 0.05f, mode)];
        return
        [
            .. ScratchRates.Select(rate => new Recipe(false, rate, mode)),
            .. ScratchAdamRates.Select(rate => new Recipe(true, rate, mode)),
        ];
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
