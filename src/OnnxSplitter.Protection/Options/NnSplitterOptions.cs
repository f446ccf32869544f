namespace OnnxSplitter.Protection.Options;

/// <summary>The hyper-parameters of NNSplitter (Zhou et al., ICML 2023).</summary>
public sealed record NnSplitterOptions
{
    /// <summary>Who picks the filters.</summary>
    public ControllerKind Controller { get; init; } = ControllerKind.Rnn;

    /// <summary>Most updates of the controller.</summary>
    public int Updates { get; init; } = 8;

    /// <summary>Rollouts per update: each picks filters, optimises their masked weights and is measured.</summary>
    public int Rollouts { get; init; } = 4;

    /// <summary>Updates without a better rollout after which the search ends, if the target is reached.</summary>
    public int Patience { get; init; } = 1;

    /// <summary>Filters (output channels) picked in each layer, k in the paper.</summary>
    public int FiltersPerLayer { get; init; } = 1;

    /// <summary>
    /// The value that masked weights lie near, c in the paper; null for the mean of all filters' weights, moved by
    /// <see cref="MaskShift"/>.
    /// </summary>
    public double? MaskCenter { get; init; }

    /// <summary>
    /// Share of the way from the mean of all filters' weights to the smallest of them, where c is not given.
    /// </summary>
    /// <remarks>
    /// The paper's values are close to the mean. With each weight kept within its own tensor's range they do little:
    /// most weights near the mean are those of late layers, whose range is narrow. Negative weights of wide layers can
    /// rise far: a quarter of the way reached chance where the mean did not.
    /// </remarks>
    public double MaskShift { get; init; }

    /// <summary>
    /// How near, epsilon in the paper; null for whatever gives <see cref="MaskCount"/> weights. A mask never holds
    /// more.
    /// </summary>
    public double? MaskWidth { get; init; }

    /// <summary>Weights of a mask; null for as many as the job may change.</summary>
    public int? MaskCount { get; init; }

    /// <summary>
    /// Whether the best rollout keeps all weights of its mask, as in the paper; else those that changed least go back
    /// to what they were, as long as the target holds.
    /// </summary>
    public bool KeepMask { get; init; }

    /// <summary>Weight of the sum of |change| in the loss, lambda in the paper.</summary>
    public double Sparsity { get; init; } = 1e-3;

    /// <summary>Step size of Adam on the changes.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>Steps of Adam per rollout, one batch each.</summary>
    /// <remarks>The paper makes 200; after two dozen most weights are at the end of their range.</remarks>
    public int Steps { get; init; } = 24;

    /// <summary>Examples per step; a model of a fixed batch size sets its own.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Calibration examples that a rollout is measured on.</summary>
    public int RewardExamples { get; init; } = 256;

    /// <summary>Width of the controller's hidden state.</summary>
    public int HiddenSize { get; init; } = 512;

    /// <summary>Step size of Adam on the controller.</summary>
    public double ControllerLearningRate { get; init; } = 2e-3;

    /// <summary>Range that changed weights stay within; null for that of each weight's own tensor.</summary>
    public WeightRange? Clamp { get; init; }
}
