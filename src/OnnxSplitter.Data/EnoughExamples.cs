using System.Globalization;

namespace OnnxSplitter.Data;

/// <summary>Whether examples can tell a model at chance from the original.</summary>
internal static class EnoughExamples
{
    /// <summary>Refuses examples that can't; an original that is no better than chance is another matter.</summary>
    /// <param name="labels">Their class numbers.</param>
    /// <param name="original">What the original has on them.</param>
    /// <param name="remedy">What to do, for how many it takes, and names of options that it mentions.</param>
    /// <exception cref="DataFormatException">There are too few.</exception>
    public static void Check(
        IReadOnlyList<int> labels, double original, Func<int, (string Remedy, string[] Properties)> remedy)
    {
        var chance = BalancedAccuracy.Chance(labels);
        if (original <= chance.Value || BalancedAccuracy.Needed(labels, original) is var needed
            && needed <= labels.Count) return;
        var (what, properties) = remedy(needed);
        throw new DataFormatException(
            string.Create(CultureInfo.InvariantCulture,
                $"{labels.Count} examples to evaluate by are too few: guessing has {chance.Value * 100:0.0} % \u00b1 ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{chance.StandardError * 100:0.0} on them, and the original {original * 100:0.0} %."),
            what)
        {
            Properties = properties,
        };
    }
}
