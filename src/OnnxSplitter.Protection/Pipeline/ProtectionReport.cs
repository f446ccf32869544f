using System.Collections.Immutable;
using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Repairs;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.Variants;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>What a job did and measured, on the evaluation data.</summary>
/// <param name="Model">The original's path.</param>
/// <param name="Output">The obfuscated model's path.</param>
/// <param name="Secrets">The secrets' path.</param>
/// <param name="Strategy">How weights were chosen.</param>
/// <param name="Move">How their values were found.</param>
/// <param name="Source">Where examples and labels came from.</param>
/// <param name="Metric">What the model was judged by.</param>
/// <param name="Target">What was to be reached.</param>
/// <param name="TargetReached">Whether it was.</param>
/// <param name="Written">Whether the outputs exist.</param>
/// <param name="WeightsChanged">Weights that differ.</param>
/// <param name="WeightsTotal">Weights that could have been changed.</param>
/// <param name="TensorsChanged">Weight tensors with a change.</param>
/// <param name="Original">Of the original.</param>
/// <param name="Obfuscated">Of the obfuscated file as written, in a session of its own.</param>
/// <param name="Restored">Of the model restored from the written file.</param>
/// <param name="SecretsBytes">Size of the secrets file.</param>
/// <param name="Seconds">The whole job.</param>
/// <param name="PeakMemoryBytes">Largest resident size of the process so far.</param>
/// <param name="Details">What a report page shows beyond this; null where nothing was written.</param>
public sealed record ProtectionReport(
    string Model,
    string Output,
    string Secrets,
    StrategyKind Strategy,
    MoveKind Move,
    DataSource Source,
    Metric Metric,
    double Target,
    bool TargetReached,
    bool Written,
    long WeightsChanged,
    long WeightsTotal,
    int TensorsChanged,
    double Original,
    double Obfuscated,
    double Restored,
    long SecretsBytes,
    double Seconds,
    long PeakMemoryBytes,
    ProtectionDetails? Details)
{
    /// <summary>What the model is still worth to whoever has the file; null where that was not measured.</summary>
    public WorthLeft? Worth { get; init; }

    /// <summary>What corrections of the layers cost; null where they were not asked for.</summary>
    public CorrectionsCost? Corrections { get; init; }

    /// <summary>Whether that was asked: a job that aims at one measure alone does not.</summary>
    public bool AimsAtWorth { get; init; } = true;

    /// <summary>
    /// What the best look at the weights brings back without data, by the metric's utility (an accuracy, or 1 less the
    /// normalised error); null where changes may show, and where that was not measured.
    /// </summary>
    public UndoneGuesses? Undone { get; init; }

    /// <summary>What it may be worth.</summary>
    public WorthGoals WorthGoals { get; init; } = WorthGoals.Default;

    /// <summary>Outputs that are not protected; the job's target is not reached where one of them fails.</summary>
    public IReadOnlyList<UnprotectedOutput> Unprotected { get; init; } = [];

    /// <summary>Tensors that were to be changed and could not be: by the search, or by anything.</summary>
    public IReadOnlyList<UnreachedTensor> Unreached { get; init; } = [];

    /// <summary>Arrays of the data that were neither inputs nor labels to measure by.</summary>
    public IReadOnlyList<string> UnusedArrays { get; init; } = [];

    /// <summary>Weights of the model, those that nothing may change included.</summary>
    public long WeightsOfModel { get; init; }

    /// <summary>Standard error of <see cref="Original"/>.</summary>
    public double OriginalStandardError { get; init; }

    /// <summary>Standard error of <see cref="Obfuscated"/>.</summary>
    public double ObfuscatedStandardError { get; init; }

    /// <summary>Standard error of <see cref="Restored"/>; NaN where nothing was restored.</summary>
    public double RestoredStandardError { get; init; }

    /// <summary>Classes without an example to evaluate by; balanced accuracies are over the others.</summary>
    public IReadOnlyList<int> ClassesWithoutExample { get; init; } = [];

    /// <summary>
    /// What a second run of the original has, measured by its first, if its outputs vary from run to run; else null.
    /// </summary>
    public double? Repeated { get; init; }

    /// <summary>The variants that were written instead of one model; empty in the usual job.</summary>
    /// <remarks>The report's own figures are then those of the variant with the highest accuracy.</remarks>
    public IReadOnlyList<VariantReport> Variants { get; init; } = [];

    /// <summary>What kept the changed weights from showing.</summary>
    public StealthKind Stealth { get; init; }

    /// <summary>What was asked for if the secrets are compact; null if they are ordinary.</summary>
    public CompactOptions? Compact { get; init; }

    /// <summary>How a key changed weights; null for other strategies.</summary>
    public KeyedFigures? Keyed { get; init; }

    /// <summary>Paths of tensors whose gradient had to be estimated.</summary>
    public IReadOnlyList<string> Estimated { get; init; } = [];

    /// <summary>Shapes that inputs were drawn in, by name; empty where none were.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> DrawnShapes { get; init; } = InputShapes.None;

    /// <summary>What was drawn for them, in a few words.</summary>
    public IReadOnlyDictionary<string, string> DrawnValues { get; init; } =
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Whether restoring gives what the original has, within the tolerance of compact secrets.</summary>
    public bool RestoredClosely => RestoresClosely(Compact, Metric, Original, Restored);

    // Both are means of counts divided by the same numbers: the slack is for the rounding of their difference.
    internal static bool RestoresClosely(CompactOptions? compact, Metric metric, double original, double restored) =>
        compact is null || !(metric.Utility(original) - metric.Utility(restored) > compact.Tolerance + 1e-9);
}
