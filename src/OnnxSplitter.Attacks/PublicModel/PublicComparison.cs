using System.Globalization;
using OnnxSplitter.Attacks.Blind;
using OnnxSplitter.Attacks.Networks;
using OnnxSplitter.Attacks.Setting;

namespace OnnxSplitter.Attacks.PublicModel;

/// <summary>
/// A published model that the vendor began from tells what weights were near: where the obfuscated model disagrees too
/// much, the published value is taken over. No data is looked at.
/// </summary>
internal static class PublicComparison
{
    private static readonly double[] LargestShares = [0, 0.5, 0.8, 0.9, 0.99];
    private static readonly float[] Deviations = [30, 20, 12, 8, 6, 5, 4, 3];
    private static readonly double[] RankShifts = [0.9, 0.8, 0.6, 0.4, 0.25];
    private static readonly float[] Blends = [0.25f, 0.5f, 0.75f, 1];

    /// <summary>Signs of the published model's larger weights.</summary>
    public static Attempt? Signs(AttackSetting setting) => setting.Best(LargestShares.Select(share => (
        string.Create(CultureInfo.InvariantCulture, $"signs of all but the smallest {share:P0}"),
        setting.Obfuscated.With((path, values) =>
        {
            var known = setting.Public![path];
            var least = WeightRepairs.Quantile([.. known.Select(Math.Abs)], share);
            return WeightRepairs.Replace(values,
                i => Math.Abs(known[i]) >= least && Math.Sign(values[i]) * Math.Sign(known[i]) < 0,
                i => -values[i]);
        }))));

    /// <summary>Values that moved far in the order of their tensor's.</summary>
    public static Attempt? Order(AttackSetting setting) => setting.Best(RankShifts.Select(most => (
        string.Create(CultureInfo.InvariantCulture, $"values that moved by {most:P0} of the order"),
        setting.Obfuscated.With((path, values) =>
        {
            var known = setting.Public![path];
            var (now, before) = (Ranks(values), Ranks(known));
            return WeightRepairs.Replace(
                values, i => Math.Abs(now[i] - before[i]) > most * values.Length, i => known[i]);
        }))));

    /// <summary>Values that lie far from the published ones, by what is usual in their tensor.</summary>
    public static Attempt? Values(AttackSetting setting) => setting.Best(Repairs(setting));

    /// <summary>A mixture of both models.</summary>
    public static Attempt? Blend(AttackSetting setting) => setting.Best(Blends.Select(part => (
        string.Create(CultureInfo.InvariantCulture, $"{part:P0} of the public model"),
        setting.Obfuscated.With((path, values) =>
        {
            var known = setting.Public![path];
            return [.. values.Select((value, i) => value + part * (known[i] - value))];
        }))));

    /// <summary>Ways to take over what lies far away; and all kernels and matrices, however far.</summary>
    public static IEnumerable<(string How, Parameters Values)> Repairs(AttackSetting setting)
    {
        return Far(setting).Append(("all kernels and matrices of the public model", setting.Obfuscated.With(
            (path, values) => setting.Network.ByPath[path].IsMatrix ? [.. setting.Public![path]] : values)));
    }

    private static IEnumerable<(string How, Parameters Values)> Far(AttackSetting setting) =>
        Deviations.Select(most => (
            string.Create(CultureInfo.InvariantCulture, $"values beyond {most:g3} deviations from the public ones"),
            setting.Obfuscated.With((path, values) =>
            {
                var known = setting.Public![path];
                float[] moved = [.. values.Zip(known, (value, other) => value - other)];
                var (median, deviation) = WeightRepairs.Robust(moved);
                return WeightRepairs.Replace(
                    values, i => Math.Abs(moved[i] - median) > most * deviation, i => known[i]);
            })));

    private static int[] Ranks(float[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort((float[])values.Clone(), order);
        var ranks = new int[values.Length];
        for (var rank = 0; rank < order.Length; rank++) ranks[order[rank]] = rank;
        return ranks;
    }
}
