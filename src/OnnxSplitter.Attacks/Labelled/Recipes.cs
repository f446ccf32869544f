using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Attacks.Training;

namespace OnnxSplitter.Attacks.Labelled;

/// <summary>The recipes that a thief tries.</summary>
internal static class Recipes
{
    // The last two layers: matrix and bias each.
    private const int Last = 4;

    private static readonly float[] Rates = [0.1f, 0.03f, 0.01f, 0.003f, 0.001f];
    private static readonly float[] AdamRates = [0.01f, 0.003f, 0.001f, 0.0003f];

    /// <summary>For going on from a network.</summary>
    public static IReadOnlyList<Recipe> Tuning(AttackSetting setting)
    {
        var modes = Modes(setting);
        if (setting.Quick)
            return [.. modes.TakeLast(1).SelectMany(mode => new Recipe[]
                { new(false, 0.03f, mode), new(false, 0.01f, mode), new(true, 0.001f, mode) })];
        return
        [
            .. modes.SelectMany(mode => Rates.Select(rate => new Recipe(false, rate, mode))
                .Concat(AdamRates.Select(rate => new Recipe(true, rate, mode)))),
            .. new[] { 0.03f, 0.003f }.Select(
                rate => new Recipe(true, rate, NormalizationMode.AsExported, Last)),
        ];
    }

    /// <summary>For beginning with nothing: the larger rates.</summary>
    public static IReadOnlyList<Recipe> Scratch(AttackSetting setting)
    {
        var modes = Modes(setting).TakeLast(1).ToArray();
        return setting.Quick
            ? [.. modes.SelectMany(mode => new Recipe[] { new(false, 0.03f, mode), new(true, 0.003f, mode) })]
            : [.. modes.SelectMany(mode => new[] { 0.2f, 0.1f, 0.05f, 0.02f, 0.01f }.Select(
                rate => new Recipe(false, rate, mode)).Concat(AdamRates.Select(rate => new Recipe(true, rate, mode))))];
    }

    /// <summary>Epochs of each round of choosing, for going on from a network.</summary>
    public static int[] TuningEpochs(AttackSetting setting) => setting.Quick ? [2, 4] : [3, 8];

    /// <summary>The same for beginning with nothing, which takes longer.</summary>
    public static int[] ScratchEpochs(AttackSetting setting) => setting.Quick ? [4, 12] : [6, 16, 40];

    private static NormalizationMode[] Modes(AttackSetting setting) => setting.Networks.CanNormalize
        ? [NormalizationMode.AsExported, NormalizationMode.OfBatch]
        : [NormalizationMode.AsExported];
}
