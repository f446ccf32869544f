using System.Globalization;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Forensics.Repairs;

namespace OnnxSplitter.Attacks.Blind;

/// <summary>Where nearly all values of a tensor have one sign, the others get it.</summary>
internal static class OddSignRepair
{
    private static readonly double[] Majorities = [0.8, 0.9, 0.95, 0.99];

    /// <summary>Tries it.</summary>
    public static Attempt? Run(AttackSetting setting) => setting.Best(Majorities.Select(share => (
        string.Create(CultureInfo.InvariantCulture, $"a sign that {share:P0} of a tensor have"),
        DetectedRepair.Repaired(setting, MajoritySigns.Of(setting.Network.File, share)))));
}
