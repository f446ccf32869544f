using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Cli.Requests;

/// <summary>The options of <c>protect</c> that ask for compact secrets.</summary>
internal static class CompactRows
{
    private static readonly Requirement<ProtectRequest> Asked = new(x => x.IsCompact, "is for --compact alone");

    public static RowTable<ProtectRequest> Table { get; } = new RowTable<ProtectRequest>().Under(Groups.Compact)
        .Flag("--compact", x => x.IsCompact, (x, value) => x with { IsCompact = value },
            "Secrets of less than half the size: positions and one value, which all changed weights are restored to. "
            + "The restored model is then close to the original, not equal; nothing is written unless it is close.",
            new(x => x.Search.Strategy != StrategyKind.Keyed,
                "is not for --strategy keyed, whose secrets are small and restore every bit"),
            property: nameof(ProtectRequest.Compact))
        .CompactTolerance(x => x.CompactSettings.Tolerance,
            (x, value) => x with { CompactSettings = x.CompactSettings with { Tolerance = value } },
            "Points of accuracy that the restored model may lie below the original.", Asked)
        .Value("--center", "C", ValueKinds.Float32.OrNone(), x => x.CompactSettings.Center,
            (x, value) => x with { CompactSettings = x.CompactSettings with { Center = value } },
            "The value that changed weights are restored "
            + "to.", "the mean of what the changed weights were", only: Asked);
}
