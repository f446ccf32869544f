using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Cli.Reports;

/// <summary>The sentences of a report that do not depend on what was measured.</summary>
internal static class ReportWords
{
    public const string Handling =
        "Internal. It names the tensors that were touched and how many of their weights, which helps a thief to narrow "
        + "the search. It holds no position and no original value of a single weight.";

    /// <summary>What somebody who knows the move can still tell from the obfuscated file.</summary>
    public static IReadOnlyList<string> Visible(MoveKind move, StealthKind stealth) => move == MoveKind.Keyed
        ?
        [
            "Keyed: nearly all weights of the named tensors are others, so that they can be told from an original's. "
            + "Exponents stay, with the rule shuffle within blocks of 4096 weights.",
            "File size, structure, names and all other weights are the original's, bit for bit.",
        ]
        :
    [
        .. move switch
        {
            MoveKind.Sign => [Sign],
            MoveKind.Swap => [Swap],
            MoveKind.Extreme => [ExtremeWith(stealth)],
            MoveKind.Best =>
                new[] { "Each changed weight took one of three moves.", Sign, Swap, ExtremeWith(stealth) },
            MoveKind.Optimised => [Optimised],
            _ => throw new ArgumentOutOfRangeException(nameof(move), move, "Unknown move."),
        },
        move == MoveKind.Optimised
            ? "Every changed value lies within the range of its tensor's values, or the range that was given instead."
            : "Every changed value lies within the range of its tensor's magnitudes.",
        stealth == StealthKind.Off
            ? "Changed values may be odd ones of their tensor: whoever looks for such finds them, without data."
            : "No changed value is an odd one of its tensor or channel; onnxsplit-check --stealth measures what a look "
            + "at the file finds.",
        "File size, structure, names and all other weights are the original's, bit for bit.",
    ];

    public static IReadOnlyList<string> Limits { get; } =
    [
        "An authorised user: the restored weights are in that host's memory, and whoever controls the host can read "
        + "them.",
        "A thief with labelled data: fine-tuning with a small share of the labels brings a model with few changed "
        + "weights most of the way back, and searching for changed weights with some labels finds part of them.",
        "Somebody who has both files: comparing the original with the obfuscated model shows every change.",
        "What was not measured: what the evaluation data shows says nothing about inputs of another kind.",
    ];

    private const string Sign =
        "Sign: every magnitude stays in its place; only the signs of the changed weights are wrong.";

    private const string Swap =
        "Swap: each tensor keeps its values as a multiset, so its histogram is the original's exactly.";

    private const string Optimised =
        "Optimised: changed weights carry values of their own. Many lie at the ends of the range, where repeated "
        + "values point to them.";

    private static string ExtremeWith(StealthKind stealth) => stealth == StealthKind.Off ? Extreme
        : "Extreme: changed weights lie near the ends of what is likely among their tensor's values.";

    private const string Extreme =
        "Extreme: changed weights carry their tensor's smallest or largest value, so repeated values at the ends of a "
        + "histogram point to them.";
}
