using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Cli.Requests;

/// <summary>The options of <c>protect</c> that <c>--strategy keyed</c> alone understands.</summary>
internal static class KeyedRows
{
    public static RowTable<KeyedOptions> Table { get; } = new RowTable<KeyedOptions>().Under(Groups.Keyed)
        .Value("--rule", "RULE[,RULE]", ValueKinds.Rules, x => x.Rules, (x, value) => x with { Rules = value },
            "What the key changes: sign, the signs; mantissa, signs and mantissas, so that of a magnitude the power of "
            + "two is left; shuffle, the places of weights within blocks of 4096. Sign and mantissa do not go "
            + "together.")
        .Value("--share", "SHARE", ValueKinds.SomeShare, x => x.Share, (x, value) => x with { Share = value },
            "Least share of the weights of kernels, matrices and embeddings that change, above 0 and at most 1. What "
            + "was changed is told.")
        .Value("--which", null,
            Kinds.Among(
                ("largest", KeyedWhich.Largest), ("first", KeyedWhich.First), ("last", KeyedWhich.Last)),
            x => x.Which, (x, value) => x with { Which = value },
            "With --share below 1: the largest weights of each tensor, or the first or the last tensors in graph "
            + "order.")
        .Rule(x => x.Share >= 1 && x.Which != KeyedWhich.Largest ? "--which is for a --share below 1." : null);
}
