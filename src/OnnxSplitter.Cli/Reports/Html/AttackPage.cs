using OnnxSplitter.Cli.Results;

namespace OnnxSplitter.Cli.Reports.Html;

/// <summary>What attacks came to, as one page.</summary>
internal static class AttackPage
{
    /// <summary>The page, in UTF-8.</summary>
    /// <param name="model">Name of the obfuscated model.</param>
    /// <param name="attacks">What came of them.</param>
    public static byte[] Bytes(string model, AttackOutcome attacks) => PageShell.Bytes(
        $"Attacks on {Markup.Plain(model)}",
        Markup.Tag("header", null,
            Markup.Tag("p", "over", "What a thief could still get"), Markup.Tag("h1", null, Markup.Name(model))),
        AttackSection.Draw(attacks));
}
