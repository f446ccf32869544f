using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Benchmarks;

/// <summary>One row of the results: a way of choosing weights, on one model.</summary>
/// <param name="Model">Name of the model's file, without <c>.onnx</c>.</param>
/// <param name="Data">Name that its data files start with.</param>
/// <param name="What">What the row is called; with model and seed, what tells it from all others.</param>
/// <param name="Seed">Seed of everything random.</param>
/// <param name="Set">Sets what the row is about.</param>
/// <param name="AsManyAs">The row whose number of weights this one gets; null for its own.</param>
internal sealed record ResultsCase(
    string Model, string Data, string What, int Seed, Func<ProtectionOptions, ProtectionOptions> Set,
        string? AsManyAs = null)
{
    /// <summary>The paper's strategy, controller and all.</summary>
    public const string Controller = "nnsplitter";

    /// <summary>The control for the controller.</summary>
    public const string Drawn = "nnsplitter, filters drawn at random";

    /// <summary>The paper's strategy as it was published: as many steps, all updates, nothing given back.</summary>
    public const string Published = "nnsplitter, as published";

    /// <summary>Positions and one value instead of what every weight was.</summary>
    public const string CompactSecrets = "nnsplitter, compact secrets";

    /// <summary>The paper's setting for our own search.</summary>
    public const string Convolutions = "gradient, best, convolutions only";

    // The paper's budget on ResNet-18; about its own on the others.
    private const int PaperWeights = 275;
    private const int MostWeights = 300;
    private const int PaperSteps = 200;

    // Where the paper's c, the mean, does not get there within the tensors' own ranges.
    private const double Shift = 0.25;

    private static readonly (string Model, string Data, double Target, bool Large)[] Models =
    [
        ("resnet20-fmnist", "fashion-mnist", 0.105, false),
        ("vit-fmnist", "fashion-mnist", 0.105, false),
        ("mobilenetv2-fmnist", "fashion-mnist", 0.105, false),
        ("vgg11-fmnist", "fashion-mnist", 0.105, true),
        ("resnet18-cifar10", "cifar10", 0.11, true),
    ];

    /// <summary>All rows; the cheap ones of every model first.</summary>
    public static IReadOnlyList<ResultsCase> All { get; } =
        [.. Models.SelectMany(Gradient), .. Models.SelectMany(Paper)];

    private static IEnumerable<ResultsCase> Gradient((string Model, string Data, double Target, bool Large) model)
    {
        foreach (var move in new[] { MoveKind.Sign, MoveKind.Swap, MoveKind.Extreme, MoveKind.Best })
            yield return new(model.Model, model.Data, $"gradient, {move.ToString().ToLowerInvariant()}", 0,
                options =>
                    options with { Search = options.Search with { Move = move, TargetAccuracy = model.Target } });
        yield return new(model.Model, model.Data, Convolutions, 0, options => options with
        {
            Search = options.Search with
            {
                Move = MoveKind.Best,
                TargetAccuracy = model.Target,
                Tensors = TensorFilter.None with { Scope = TensorScope.Conv },
            },
        });
    }

    private static IEnumerable<ResultsCase> Paper((string Model, string Data, double Target, bool Large) model)
    {
        int[] seeds = model.Large ? [0] : [0, 1, 2];
        foreach (var seed in seeds)
            foreach (var controller in new[] { ControllerKind.Rnn, ControllerKind.Random })
                yield return new(model.Model, model.Data,
                    controller == ControllerKind.Rnn ? Controller : Drawn, seed,
                    options => Of(options, model.Target, model.Large, Shift, controller));
        yield return new(model.Model, model.Data, "nnsplitter, c the mean", 0,
            options => Of(options, model.Target, model.Large, shift: 0));
        if (!model.Large)
            yield return new(model.Model, model.Data, Published, 0, options =>
            {
                var paper = Of(options, model.Target, model.Large, shift: 0);
                return paper with
                {
                    Search = paper.Search with
                    {
                        NnSplitter = paper.Search.NnSplitter with
                        {
                            Steps = PaperSteps,
                            Patience = paper.Search.NnSplitter.Updates,
                            KeepMask = true,
                        },
                    },
                };
            });
        yield return new(model.Model, model.Data, CompactSecrets, 0,
            options => Of(options, model.Target, model.Large, Shift) with { Compact = new CompactOptions() });
        yield return new(model.Model, model.Data, "random, as many as nnsplitter", 0,
            options =>
                options with
                {
                    Search =
                options.Search with { Strategy = StrategyKind.Random, TargetAccuracy = model.Target }
                }, Controller);
    }

    private static ProtectionOptions Of(ProtectionOptions options, double target, bool large, double shift,
        ControllerKind controller = ControllerKind.Rnn) => options with
        {
            Search = options.Search with
            {
                Strategy = StrategyKind.NnSplitter,
                TargetAccuracy = target,
                MaxWeights = large ? PaperWeights : MostWeights,
                NnSplitter = options.Search.NnSplitter with { MaskShift = shift, Controller = controller },
            },
        };
}
