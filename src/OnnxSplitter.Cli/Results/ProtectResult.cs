using System.Text.Json.Serialization;
using OnnxSplitter.Attacks;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Data;
using OnnxSplitter.Forensics.Repairs;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Protection.Search;
using OnnxSplitter.Protection.Variants;
using OnnxSplitter.Worth.Readings;

namespace OnnxSplitter.Cli.Results;

/// <summary>What <c>protect --json</c> prints: by the model's measure, balanced accuracies or errors.</summary>
internal sealed record ProtectResult(
    string Model,
    string Output,
    string Secrets,
    string Strategy,
    string Move,
    string Stealth,
    string Source,
    string Measure,
    double Target,
    bool TargetReached,
    bool Written,
    long WeightsChanged,
    long WeightsTotal,
    int TensorsChanged,
    double? AccuracyOriginal,
    double? AccuracyObfuscated,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? AccuracyRestored,
    double? ErrorOriginal,
    double? ErrorObfuscated,
    double? ErrorRestored,
    double? StandardErrorOriginal,
    double? StandardErrorObfuscated,
    double? StandardErrorRestored,
    IReadOnlyList<int>? ClassesWithoutExample,
    double? Repeated,
    bool Compact,
    string? Rules,
    double? Share,
    long SecretsBytes,
    double Seconds,
    long PeakMemoryBytes,
    WorthLeft? Worth,
    UndoneGuesses? Undone,
    IReadOnlyList<UnprotectedOutput> Unprotected,
    long WeightsOfModel,
    IReadOnlyList<UnreachedTensor> Unreached,
    IReadOnlyList<string> UnusedArrays,
    IReadOnlyList<string> Estimated,
    IReadOnlyList<string> Reports,
    IReadOnlyList<VariantReport>? Variants,
    IReadOnlyDictionary<string, IReadOnlyList<long>>? DrawnShapes,
    IReadOnlyDictionary<string, string>? DrawnValues,
    CorrectionsCost? Corrections,
    AttackOutcome? Attacks)
{
    public static ProtectResult Of(
        ProtectionReport report, IReadOnlyList<string> reports, AttackReport? attacks = null) => new(
        report.Model, report.Output, report.Secrets,
        report.Strategy.ToString().ToLowerInvariant(), report.Move.ToString().ToLowerInvariant(),
        report.Stealth.ToString().ToLowerInvariant(),
        report.Source switch
        {
            DataSource.Labels => "labels",
            DataSource.OwnPredictions => "own-predictions",
            _ => "random-inputs",
        },
        MeasureText.Id(report.Metric), report.Target, report.TargetReached, report.Written, report.WeightsChanged,
        report.WeightsTotal, report.TensorsChanged,
        If(report, Metric.Accuracy, report.Original), If(report, Metric.Accuracy, report.Obfuscated),
        If(report, Metric.Accuracy, report.Restored),
        If(report, Metric.NormalizedError, report.Original), If(report, Metric.NormalizedError, report.Obfuscated),
        If(report, Metric.NormalizedError, report.Restored),
        Known(report.OriginalStandardError), Known(report.ObfuscatedStandardError),
        Known(report.RestoredStandardError),
        report.ClassesWithoutExample.Count > 0 ? report.ClassesWithoutExample : null, report.Repeated,
        report.Compact is not null, KeyedText.Rules(report.Keyed), report.Keyed?.Share, report.SecretsBytes,
        report.Seconds, report.PeakMemoryBytes,
        report.Worth, report.Undone, report.Unprotected, report.WeightsOfModel, report.Unreached, report.UnusedArrays,
        report.Estimated,
        report.Written ? reports : [], report.Written && report.Variants.Count > 0 ? report.Variants : null,
        report.DrawnShapes.Count > 0 ? report.DrawnShapes : null,
        report.DrawnValues.Count > 0 ? report.DrawnValues : null,
        report.Corrections, attacks is null ? null : AttackOutcome.Of(attacks));

    private static double? If(ProtectionReport report, Metric measure, double value) =>
        report.Metric == measure ? Known(value) : null;

    // Null where nothing was written, too: JSON has no word for what was not measured.
    private static double? Known(double value) => double.IsNaN(value) ? null : value;
}
