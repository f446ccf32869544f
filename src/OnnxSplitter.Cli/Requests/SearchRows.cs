using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Cli.Requests;

/// <summary>The options of <c>protect</c> that say which weights change, and how.</summary>
internal static class SearchRows
{
    private static readonly Requirement<SearchSettings> Chosen = new(
        x => x.Strategy != StrategyKind.Keyed, "is not for --strategy keyed, whose key chooses nothing");

    private static readonly Requirement<SearchSettings> Moved = new(
        x => x.Strategy is StrategyKind.Gradient or StrategyKind.Random,
        "is for --strategy gradient and random; the others find values of their own");

    /// <summary>What every strategy understands, and what some of them do not.</summary>
    public static RowTable<SearchSettings> Table { get; } = new RowTable<SearchSettings>().Under(Groups.Choosing)
        .Value("--strategy", null,
            Kinds.Among(
                ("gradient", StrategyKind.Gradient), ("nnsplitter", StrategyKind.NnSplitter),
                ("random", StrategyKind.Random), ("keyed", StrategyKind.Keyed)),
            x => x.Strategy, (x, value) => x with { Strategy = value },
            "How weights are chosen: by gradient; by nnsplitter, the paper's controller (slower, more weights); random "
            + "is the control that shows that choosing matters. keyed changes nearly all, by a random key that is all "
            + "the secrets hold; it needs no data.")
        .Value("--move", null,
            Kinds.Among(
                ("sign", MoveKind.Sign), ("swap", MoveKind.Swap), ("extreme", MoveKind.Extreme),
                ("best", MoveKind.Best)),
            x => x.Move, (x, value) => x with { Move = value },
            "What happens to a weight: its sign turns, it swaps with another of its tensor, it goes to the tensor's "
            + "extreme, or the best of the three.",
            only: Moved)
        .Value("--stealth", null, Kinds.Among(("off", StealthKind.Off), ("tensor", StealthKind.Tensor)),
            x => x.Stealth, (x, value) => x with { Stealth = value },
            "What keeps changes from showing: tensor takes no value that is unlikely among those of its tensor, its "
            + "channel and, in a normalisation, its kind; off takes fewer weights, which a look at the file finds.",
            only: Moved)
        .Value("--tensors", null,
            Kinds.Among(("all", TensorScope.All), ("weights", TensorScope.Weights), ("conv", TensorScope.Conv)),
            x => x.Tensors.Scope, (x, value) => x with { Tensors = x.Tensors with { Scope = value } },
            "Which tensors may change: all, weights (no biases), or conv (kernels of convolutions alone).",
            property: "TensorScope")
        .Many("--include", "PATTERN", Kinds.Text,
            x => x.Tensors.Include, (x, value) => x with { Tensors = x.Tensors with { Include = value } },
            "Change only tensors whose name matches, with * and ?. Can be given several times.")
        .Many("--exclude", "PATTERN", Kinds.Text,
            x => x.Tensors.Exclude, (x, value) => x with { Tensors = x.Tensors with { Exclude = value } },
            "Leave tensors alone whose name matches. Can be given several times.")
        .Value("--secured-tail", "N", Kinds.Whole(1).OrNone(),
            x => x.Tensors.LastLayers, (x, value) => x with { Tensors = x.Tensors with { LastLayers = value } },
            "Change only weights of the last N layers, so that onnxsplit-secure --mode tail runs these alone.",
            only: new(x => !x.Tensors.ForCorrections,
                "suits onnxsplit-secure --mode tail, and --secured its --mode corrections: give one of them"))
        .Flag("--secured", x => x.Tensors.ForCorrections,
            (x, value) => x with { Tensors = x.Tensors with { ForCorrections = value } },
            "Change only weights of layers that onnxsplit-secure --mode corrections can correct, of those that cost a "
            + "host least; says what they cost. Corrections hide weights from a host for a few queries alone: attack "
            + "--secured says how many. With --strategy keyed most weights stay as they are then.")
        .Value("--max-layers", "N", Kinds.Whole(1), x => x.Tensors.MostLayers,
            (x, value) => x with { Tensors = x.Tensors with { MostLayers = value } },
            "Most layers that may change with --secured.",
            only: new(x => x.Tensors.ForCorrections, "is for --secured, which counts layers"))
        .Value("--max-weights", "N", Kinds.Whole(1), x => x.MaxWeights, (x, value) => x with { MaxWeights = value },
            "Most weights that may change.",
            otherwise: $"{new SearchSettings().MaxWeights}; nnsplitter: "
            + $"{new SearchSettings { Strategy = StrategyKind.NnSplitter }.MaxWeights}, about the paper's",
            only: Chosen)
        .Value("--target-accuracy", "A", ValueKinds.Share.OrNone(),
            x => x.TargetAccuracy, (x, value) => x with { TargetAccuracy = value },
            "Accuracy to reach, balanced over the classes, 0 to 1. The search then aims at accuracy alone.",
            "chance plus its standard error, at least half a point and at most a fifth of chance")
        .Value("--target-error", "E", ValueKinds.AboveZero.OrNone(),
            x => x.TargetError, (x, value) => x with { TargetError = value },
            "Normalised error to reach, above 0. The search then aims at that error alone.",
            "1, no better than a constant")
        .TargetWorth(
            x => x.TargetWorth, (x, value) => x with { TargetWorth = value },
            "What the model may still be worth to a thief, by every reading of its outputs and inside, as a share of "
            + "what the original gives him, 0 to 1. If this is given, a model that keeps more is refused.",
            "0.15 by class scores (a warning tells of more), 0.25 by other outputs and inside")
        .Value("--gradient", null,
            Kinds.Among(
                ("auto", GradientKernels.Auto), ("portable", GradientKernels.Portable),
                ("training", GradientKernels.Training)),
            x => x.Gradient, (x, value) => x with { Gradient = value },
            "Ops that gradients are written in: portable, standard ones; training, the kernels of ONNX Runtime's "
            + "training extension; auto, those if the loaded runtime has them.", only: Chosen)
        .Flag("--estimate-gradient", x => x.EstimateGradient, (x, value) => x with { EstimateGradient = value },
            "Where the gradient would have to pass an op that has no rule (or not for this use of it), estimate it by "
            + "random perturbations instead of refusing the model or, before a custom op, leaving weights alone. The "
            + "report names the tensors. Takes more weights.", Chosen)
        .Value("--max-memory", "MB", ValueKinds.Megabytes, x => x.MaxMemory, (x, value) => x with { MaxMemory = value },
            "Megabytes that the weights' gradients may take. Where those of all do not fit, they are taken group by "
            + "group, "
            + "which takes longer and gives the same.", "no limit", only: Chosen)
        .Value("--seed", "N", Kinds.Whole(), x => x.Seed, (x, value) => x with { Seed = value },
            "Seed of everything random, but for keys.");

    /// <summary>The options of keyed changes, which are for that strategy alone.</summary>
    public static RowTable<SearchSettings> Keyed { get; } = new RowTable<SearchSettings>()
        .Include(KeyedRows.Table, x => x.Keyed, (x, value) => x with { Keyed = value },
            new(x => x.Strategy == StrategyKind.Keyed, "is for --strategy keyed alone"));

    /// <summary>The options of NNSplitter, which are for that strategy alone.</summary>
    public static RowTable<SearchSettings> NnSplitter { get; } = new RowTable<SearchSettings>()
        .Include(NnSplitterRows.Table, x => x.NnSplitter, (x, value) => x with { NnSplitter = value },
            new(x => x.Strategy == StrategyKind.NnSplitter, "is for --strategy nnsplitter alone"));
}
