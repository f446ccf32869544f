using OnnxSplitter.Protection.Options;
using OnnxSplitter.Secrets.Keyed;

namespace OnnxSplitter.Benchmarks;

/// <summary>A model, protected in some way, that is attacked.</summary>
/// <param name="Model">Name of its file, without <c>.onnx</c>.</param>
/// <param name="Data">Name that its data files start with.</param>
/// <param name="Public">Name of a public model of the same architecture; null for none.</param>
/// <param name="How">How it is protected, in a few words.</param>
/// <param name="Set">Sets that.</param>
internal sealed record AttackCase(
    string Model, string Data, string? Public, string How, Func<SearchSettings, SearchSettings> Set)
{
    private const string Published = "nnsplitter";

    private static readonly (string Model, string Data, string? Public)[] Models =
    [
        ("resnet20-descendant", "fashion-mnist", "resnet20-public"),
        ("resnet20-fmnist", "fashion-mnist", null),
        ("vit-fmnist", "fashion-mnist", null),
        ("mobilenetv2-fmnist", "fashion-mnist", null),
        ("resnet18-cifar10", "cifar10", null),
    ];

    private static readonly (string How, Func<SearchSettings, SearchSettings> Set)[] Ways =
    [
        ("gradient", settings => settings),
        ("keyed", settings => Keyed(settings, KeyedRules.Mantissa | KeyedRules.Shuffle, 1)),
        ("keyed, sign", settings => Keyed(settings, KeyedRules.Sign, 1)),
        ("keyed, shuffle", settings => Keyed(settings, KeyedRules.Shuffle, 1)),
        ("keyed, 50 %", settings => Keyed(settings, KeyedRules.Mantissa | KeyedRules.Shuffle, 0.5)),
        ("keyed, 90 %", settings => Keyed(settings, KeyedRules.Mantissa | KeyedRules.Shuffle, 0.9)),
        (Published, settings => settings with { Strategy = StrategyKind.NnSplitter, MaxWeights = 300 }),
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<AttackCase> All =>
        Models.SelectMany(model => Ways.Select(way =>
            new AttackCase(model.Model, model.Data, model.Public, way.How, way.Set)));

    /// <summary>
    /// Queries that a thief makes where time is short: GroupCover's 300 (ICML 2024), of what it attacked.
    /// </summary>
    public IReadOnlyList<int> Queries => How == Published && Public is not null ? [300] : [];

    private static SearchSettings Keyed(SearchSettings settings, KeyedRules rules, double share) => settings with
    {
        Strategy = StrategyKind.Keyed,
        Keyed = new KeyedOptions { Rules = rules, Share = share },
    };

    /// <summary>What the row begins with.</summary>
    public string Key => $"| {Model} | {How} | {Public ?? "-"} |";
}
