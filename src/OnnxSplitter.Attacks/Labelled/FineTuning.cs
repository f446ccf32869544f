using System.Globalization;
using OnnxSplitter.Attacks.Blind;
using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.PublicModel;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Attacks.Training;

namespace OnnxSplitter.Attacks.Labelled;

/// <summary>Training goes on from the obfuscated model, or from one that was repaired first.</summary>
internal static class FineTuning
{
    // Of each tensor's values, the largest.
    private static readonly double[] Zeroed = [0.001, 0.01, 0.1];

    /// <summary>From the model as it is.</summary>
    public static Attempt? Run(AttackSetting setting, ThiefData data) =>
        From(setting, data, setting.Obfuscated, "");

    /// <summary>From the model with values of a public one where it lies far from them, chosen by the labels.</summary>
    public static Attempt? FromPublic(AttackSetting setting, ThiefData data)
    {
        var (how, values) = PublicComparison.Repairs(setting).MaxBy(way =>
        {
            setting.Count(data.Count);
            return setting.Networks.Accuracy(new TrainedNetwork(way.Values), data.All);
        });
        return From(setting, data, values, $"{how} taken over, then ");
    }

    /// <summary>
    /// From the model with what hurts most set to 0: where |gradient x value| of the labelled examples is largest.
    /// </summary>
    public static Attempt? Zeroing(AttackSetting setting, ThiefData data)
    {
        var slopes = LossSlopes.Of(setting, setting.Obfuscated, data.All);
        var best = Zeroed.Select(share => (Share: share, Values: setting.Obfuscated.With((path, values) =>
        {
            if (!slopes.TryGetValue(path, out var slope)) return values;
            float[] harm = [.. values.Zip(slope, (value, one) => Math.Abs(value * one))];
            var limit = WeightRepairs.Quantile(harm, 1 - share);
            return WeightRepairs.Replace(values, i => harm[i] > 0 && harm[i] >= limit, _ => 0);
        }))).MaxBy(way =>
        {
            setting.Count(data.Count);
            return setting.Networks.Accuracy(new TrainedNetwork(way.Values), data.All);
        });
        return From(setting, data, best.Values, string.Create(
            CultureInfo.InvariantCulture, $"the {best.Share:P1} with the steepest loss to 0, then "));
    }

    private static Attempt From(AttackSetting setting, ThiefData data, Parameters start, string before)
    {
        var trained = setting.Tuner(data).Best(
            start, Recipes.Tuning(setting), Recipes.TuningLengths(setting), setting.Seed);
        return setting.Judge($"{before}{trained.Recipe}, epoch {trained.Epoch}", trained.Network);
    }
}
