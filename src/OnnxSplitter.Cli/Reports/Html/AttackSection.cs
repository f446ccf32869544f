using System.Globalization;
using System.Xml.Linq;
using OnnxSplitter.Cli.Results;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>What attacks came to: in a sentence, by labels, and attack by attack.</summary>
internal static class AttackSection
{
    /// <summary>The section.</summary>
    public static XElement Draw(AttackOutcome attacks) => Markup.Section("What attacks bring back",
        Markup.Tag("p", "handling", attacks.Verdict),
        AttackPlot.Draw(attacks),
        Markup.Tag("p", "legend",
            Markup.Key("key-line", "up to what the thief has without the model"),
            Markup.Key("key-accent", "what the attack reaches"),
            Markup.Key("key-ink", "what the original has")),
        attacks.Attacks.Where(row => !row.Control).GroupBy(row => row.Needs).Select(group => Markup.Tag("div", null,
            Markup.Tag("h3", null, $"Needs {group.Key}"), Table(attacks, group.Key, [.. group]))),
        Markup.Tag("h3", null, "Controls: the same without the obfuscated model"),
        Markup.Table("Controls", ["control", "#labels", "#accuracy", "how"],
            attacks.Attacks.Where(row => row.Control).Select(row => new object[]
            {
                row.Attack, Markup.Count(row.Labels), Markup.Percent(row.Accuracy), row.How,
            })),
        attacks.LeftOut.Count == 0 ? null
            : Markup.Tag("p", "quiet", $"There was no time for: {string.Join("; ", attacks.LeftOut)}."));

    private static XElement Table(AttackOutcome attacks, string needs, AttackOutcomeRow[] rows) => Markup.Table(
        $"Attacks that need {needs}",
        ["attack", "#labels", "", "#accuracy", "#of the gap", "#found / right", "the best way"],
        rows.Select(row => new object[]
        {
            row.Attack, row.Labels == 0 ? "none" : Markup.Count(row.Labels),
            WorthBar.Draw(row.Accuracy, row.Accuracy / row.TimesBlackBox ?? attacks.Chance, attacks.Original),
            Markup.Percent(row.Accuracy), row.ShareOfGap is { } share ? Markup.Percent(share) : "-",
            row.Found is { } found
                ? Markup.Unbroken(string.Create(
                    CultureInfo.InvariantCulture, $"{found.Recall * 100:0} / {found.Precision * 100:0} %"))
                : "-",
            row.How,
        }));
}
