using OnnxSplitter.Protection.Variants;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>Where examples and labels came from.</summary>
public enum DataSource
{
    /// <summary>The data had labels.</summary>
    Labels,

    /// <summary>The data had no labels: the original model's predictions stand for them.</summary>
    OwnPredictions,

    /// <summary>There was no data: random inputs, and the original's predictions on them.</summary>
    RandomInputs,
}

/// <summary>How far a job is.</summary>
/// <param name="Phase">What is being done, in a few words.</param>
/// <param name="Round">Round of the search, from 1; 0 outside it.</param>
/// <param name="Loss">What the search drives down; NaN outside it.</param>
/// <param name="Accuracy">On the calibration data, 0 to 1; NaN where not known.</param>
/// <param name="WeightsChanged">So far.</param>
/// <param name="Elapsed">Since the job began.</param>
public sealed record ProtectionProgress(
    string Phase, int Round, double Loss, double Accuracy, int WeightsChanged, TimeSpan Elapsed);

/// <summary>What a job did and measured. Accuracies are on the evaluation data, 0 to 1.</summary>
/// <param name="Model">The original's path.</param>
/// <param name="Output">The obfuscated model's path.</param>
/// <param name="Secrets">The secrets' path.</param>
/// <param name="Strategy">How weights were chosen.</param>
/// <param name="Move">How their values were found.</param>
/// <param name="Source">Where examples and labels came from.</param>
/// <param name="Target">Accuracy to reach.</param>
/// <param name="TargetReached">Whether it was.</param>
/// <param name="Written">Whether the outputs exist.</param>
/// <param name="WeightsChanged">Weights that differ.</param>
/// <param name="WeightsTotal">Weights that could have been changed.</param>
/// <param name="TensorsChanged">Weight tensors with a change.</param>
/// <param name="AccuracyOriginal">Of the original.</param>
/// <param name="AccuracyObfuscated">Of the obfuscated file as written, in a session of its own.</param>
/// <param name="AccuracyRestored">Of the model restored from the written file.</param>
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
    double Target,
    bool TargetReached,
    bool Written,
    int WeightsChanged,
    long WeightsTotal,
    int TensorsChanged,
    double AccuracyOriginal,
    double AccuracyObfuscated,
    double AccuracyRestored,
    long SecretsBytes,
    double Seconds,
    long PeakMemoryBytes,
    ProtectionDetails? Details)
{
    /// <summary>The variants that were written instead of one model; empty in the usual job.</summary>
    /// <remarks>The report's own figures are then those of the variant with the highest accuracy.</remarks>
    public IReadOnlyList<VariantReport> Variants { get; init; } = [];

    /// <summary>What was asked for if the secrets are compact; null if they are ordinary.</summary>
    public CompactOptions? Compact { get; init; }

    /// <summary>Whether restoring gives the original's accuracy, within the tolerance of compact secrets.</summary>
    public bool RestoredClosely => RestoresClosely(Compact, AccuracyOriginal, AccuracyRestored);

    // Both are counts divided by one number: the slack is for the rounding of their difference.
    internal static bool RestoresClosely(CompactOptions? compact, double original, double restored) =>
        compact is null || !(original - restored > compact.Tolerance + 1e-9);
}
