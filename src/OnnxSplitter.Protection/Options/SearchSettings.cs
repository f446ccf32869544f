using System.Text.Json.Serialization;

namespace OnnxSplitter.Protection.Options;

/// <summary>How weights are chosen, and when that ends.</summary>
/// <remarks>
/// What is marked as ignored by JSON has no influence on which weights are chosen: it decides when a search ends, or
/// how fast it is. A search that was begun with other values of these goes on.
/// </remarks>
public sealed record SearchSettings
{
    /// <summary>How weights are chosen.</summary>
    public StrategyKind Strategy { get; init; } = StrategyKind.Gradient;

    /// <summary>What <see cref="StrategyKind.NnSplitter"/> works with.</summary>
    public NnSplitterOptions NnSplitter { get; init; } = new();

    /// <summary>What <see cref="StrategyKind.Keyed"/> works with.</summary>
    public KeyedOptions Keyed { get; init; } = new();

    /// <summary>How their new values are found; <see cref="StrategyKind.NnSplitter"/> and
    /// <see cref="StrategyKind.Keyed"/> find their own.</summary>
    public MoveKind Move
    {
        get => Strategy switch
        {
            StrategyKind.NnSplitter => MoveKind.Optimised,
            StrategyKind.Keyed => MoveKind.Keyed,
            _ => field,
        };
        init;
    } = MoveKind.Best;

    /// <summary>
    /// What keeps changed weights from showing; nothing does with <see cref="StrategyKind.NnSplitter"/>, whose values
    /// lie where its own range ends, nor with <see cref="StrategyKind.Keyed"/>, which changes most.
    /// </summary>
    public StealthKind Stealth
    {
        get => Strategy is StrategyKind.NnSplitter or StrategyKind.Keyed ? StealthKind.Off : field;
        init;
    } = StealthKind.Tensor;

    /// <summary>Which tensors may change.</summary>
    public TensorFilter Tensors { get; init; } = TensorFilter.None;

    /// <summary>Which ops gradients are written in.</summary>
    [JsonIgnore]
    public GradientKernels Gradient { get; init; } = GradientKernels.Auto;

    /// <summary>
    /// Whether what would have to pass an op without a gradient rule, or without one for this use, is estimated,
    /// instead of refused, or, of a custom op, left alone.
    /// </summary>
    public bool EstimateGradient { get; init; }

    /// <summary>
    /// Bytes that the weights' gradients may take: where those of all do not fit, they are taken group by group, which
    /// takes longer and gives the same.
    /// </summary>
    [JsonIgnore]
    public long MaxMemory { get; init; } = long.MaxValue;

    /// <summary>
    /// Most weights that may change, at least 1; unless set, 100, and 300, about the paper's, for
    /// <see cref="StrategyKind.NnSplitter"/>.
    /// </summary>
    [JsonIgnore]
    public int MaxWeights
    {
        get => field > 0 ? field : Strategy == StrategyKind.NnSplitter ? 300 : 100;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    }

    /// <summary>
    /// Accuracy to reach on the evaluation data, 0 to 1; null for chance plus half a point. Not for the normalised
    /// error.
    /// </summary>
    [JsonIgnore]
    public double? TargetAccuracy { get; init; }

    /// <summary>
    /// Normalised error to reach on the evaluation data; null for 1, that of a constant. Not for accuracy.
    /// </summary>
    [JsonIgnore]
    public double? TargetError { get; init; }

    /// <summary>
    /// What the model may still be worth to a thief, by every reading, 0 to 1; null for goals that are told where they
    /// are missed, and refuse nothing.
    /// </summary>
    [JsonIgnore]
    public double? TargetWorth { get; init; }

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; }
}
