using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Cli.Terminal;

/// <summary>Which strategy suits whom, by what attacks brought back (docs/attacks.md).</summary>
internal static class StrategyText
{
    /// <summary>A sentence to end a job with; null where there is nothing to add.</summary>
    public static string? Advice(StrategyKind strategy) => strategy switch
    {
        StrategyKind.Gradient or StrategyKind.NnSplitter =>
            "A few changes cost a host nothing to restore and suit whoever ships to people who copy files; a thief "
            + "with labels, or with the published model that this one was trained from, gets nearly all of it back "
            + "(onnxsplit attack measures it), and --strategy keyed holds against both.",
        _ => null,
    };
}
