using OnnxSplitter.Hosting.CommandLine;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Cli.Requests;

/// <summary>The options of <c>protect</c> that <c>--strategy nnsplitter</c> alone understands.</summary>
internal static class NnSplitterRows
{
    public static RowTable<NnSplitterOptions> Table { get; } = new RowTable<NnSplitterOptions>()
        .Under(Groups.NnSplitter)
        .Value("--controller", null, Kinds.Among(("rnn", ControllerKind.Rnn), ("random", ControllerKind.Random)),
            x => x.Controller, (x, value) => x with { Controller = value },
            "Who picks the filters of a rollout. rnn learns from what earlier picks were worth; random is the control "
            + "that shows what the learning is worth, at the same number of rollouts.")
        .Value("--updates", "N", Kinds.Whole(1), x => x.Updates, (x, value) => x with { Updates = value },
            "Most updates of the controller. Time grows with updates times rollouts.")
        .Value("--rollouts", "N", Kinds.Whole(2), x => x.Rollouts, (x, value) => x with { Rollouts = value },
            "Rollouts per update: each picks filters, optimises their masked weights and is measured.")
        .Value("--patience", "N", Kinds.Whole(1), x => x.Patience, (x, value) => x with { Patience = value },
            "Once the target is reached, updates without a better rollout until the search ends.")
        .Value("--filters-per-layer", "K", Kinds.Whole(1),
            x => x.FiltersPerLayer, (x, value) => x with { FiltersPerLayer = value },
            "Filters picked in each layer (k). More give the mask more to choose from, and cost time.")
        .Value("--mask-center", "C", ValueKinds.Finite.OrNone(), x => x.MaskCenter, (x, value) =>
            x with { MaskCenter = value },
            "The value that changed weights lie near (c).", "the mean of all filters' weights")
        .Value("--mask-shift", "SHARE", ValueKinds.NotNegative, x => x.MaskShift, (x, value) =>
            x with { MaskShift = value },
            "Moves c from the mean by this share of the way to the smallest weight. 0 is the paper's choice; 0.25 "
            + "reached chance where 0 did not.")
        .Value("--mask-width", "EPS", ValueKinds.AboveZero.OrNone(), x => x.MaskWidth, (x, value) =>
            x with { MaskWidth = value },
            "How near (epsilon): weights with |w - c| < epsilon.", "what gives --mask-count weights")
        .Value("--mask-count", "N", Kinds.Whole(1).OrNone(), x => x.MaskCount, (x, value) =>
            x with { MaskCount = value },
            "Weights that a rollout may change; of more within epsilon, the nearest to c.", "--max-weights")
        .Flag("--keep-mask", x => x.KeepMask, (x, value) => x with { KeepMask = value },
            "Keep all weights of the best rollout's mask, as the paper does; else those that changed least go back to "
            + "what they were, as long as the target holds.")
        .Value("--sparsity", "LAMBDA", ValueKinds.NotNegative, x => x.Sparsity, (x, value) =>
            x with { Sparsity = value },
            "Weight of the sum of |change| in the loss (lambda): more leaves more weights as they were.")
        .Value("--learning-rate", "LR", ValueKinds.AboveZero,
            x => x.LearningRate, (x, value) => x with { LearningRate = value }, "Step size of Adam on the weights.")
        .Value("--steps", "N", Kinds.Whole(1), x => x.Steps, (x, value) => x with { Steps = value },
            "Steps of Adam per rollout, one batch each.")
        .Value("--batch", "N", Kinds.Whole(1), x => x.Batch, (x, value) =>
            x with { Batch = value }, "Examples per step.")
        .Value("--reward-examples", "N", Kinds.Whole(1),
            x => x.RewardExamples, (x, value) => x with { RewardExamples = value },
            "Calibration examples that a rollout is measured on.")
        .Value("--hidden", "N", Kinds.Whole(1), x => x.HiddenSize, (x, value) => x with { HiddenSize = value },
            "Width of the controller's hidden state.")
        .Value("--controller-learning-rate", "LR", ValueKinds.AboveZero,
            x => x.ControllerLearningRate, (x, value) => x with { ControllerLearningRate = value },
            "Step size of Adam on the controller.")
        .Value("--clamp", "LOW:HIGH", ValueKinds.Range.OrNone(), x => x.Clamp, (x, value) => x with { Clamp = value },
            "The range that changed weights stay within.", "that of each weight's own tensor");
}
