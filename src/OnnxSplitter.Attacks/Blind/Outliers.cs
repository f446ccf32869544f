using System.Globalization;
using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;

namespace OnnxSplitter.Attacks.Blind;

/// <summary>
/// Values far from the others of their tensor are set to what most are near, or the whole channel that holds one to 0.
/// </summary>
internal static class Outliers
{
    // Where NNSplitter's changed weights come from: its reference code has c = -7e-4 to -1.2e-3.
    private const float Center = -1e-3f;

    private static readonly float[] Deviations = [20, 12, 8, 6, 5, 4];

    /// <summary>Sets single values.</summary>
    public static Attempt? Single(AttackSetting setting) => setting.Best(Deviations.SelectMany(most => new[]
    {
        ("0", (Func<float, float>)(_ => 0)), ("the median", median => median), ("c", _ => Center),
    }.Select(to => (
        string.Create(CultureInfo.InvariantCulture, $"outliers beyond {most:g3} deviations to {to.Item1}"),
        setting.Obfuscated.With((_, values) =>
        {
            var (median, deviation) = WeightRepairs.Robust(values);
            return WeightRepairs.Replace(values, i => Math.Abs(values[i] - median) > most * deviation,
                _ => to.Item2(median));
        })))));

    /// <summary>Sets whole channels to 0.</summary>
    public static Attempt? Channels(AttackSetting setting)
    {
        var names = setting.Network.ByPath;
        return setting.Best(Deviations.Select(most => (
            string.Create(CultureInfo.InvariantCulture, $"channels with outliers beyond {most:g3} deviations to 0"),
            setting.Obfuscated.With((path, values) => Without(names[path], values, most)))));
    }

    private static float[] Without(NetworkTensor tensor, float[] values, float most)
    {
        if (tensor.Weight?.Channels is not (var count, var inner)) return values;
        var (median, deviation) = WeightRepairs.Robust(values);
        var suspects = Enumerable.Range(0, values.Length)
            .Where(i => Math.Abs(values[i] - median) > most * deviation)
            .Select(i => (int)(i / inner % count)).ToHashSet();
        return suspects.Count == 0 ? values
            : WeightRepairs.Replace(values, i => suspects.Contains((int)(i / inner % count)), _ => 0);
    }
}
