using System.Globalization;
using OnnxSplitter.Attacks.Setting;

namespace OnnxSplitter.Attacks.Blind;

/// <summary>Where nearly all values of a tensor have one sign, the others get it.</summary>
internal static class OddSignRepair
{
    private static readonly double[] Majorities = [0.8, 0.9, 0.95, 0.99];

    /// <summary>Tries it.</summary>
    public static Attempt? Run(AttackSetting setting) => setting.Best(Majorities.Select(share => (
        string.Create(CultureInfo.InvariantCulture, $"a sign that {share:P0} of a tensor have"),
        setting.Obfuscated.With((_, values) =>
        {
            var positive = values.Count(value => value > 0);
            var negative = values.Count(value => value < 0);
            if (Math.Max(positive, negative) < share * values.Length) return values;
            return WeightRepairs.Replace(values, i => positive > negative ? values[i] < 0 : values[i] > 0,
                i => -values[i]);
        }))));
}
