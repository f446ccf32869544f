using System.Text.Json.Serialization;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Data;

namespace OnnxSplitter.Cli.Reports;

/// <summary>What was measured: balanced accuracies, 0 to 1, or normalised errors, 0 or more.</summary>
/// <param name="Measure"><c>accuracy</c> or <c>normalised-error</c>.</param>
/// <param name="Output">The model's output that was measured.</param>
/// <param name="Examples">Where examples and labels came from.</param>
/// <param name="CalibrationCount">Examples that choosing looked at.</param>
/// <param name="EvaluationCount">Examples that the original, the obfuscated and the restored were measured on.</param>
/// <param name="Chance">What a model has that knows nothing: guessing evenly, or the best constant answer.</param>
/// <param name="Target">What was to be reached.</param>
/// <param name="Original">Of the original.</param>
/// <param name="Obfuscated">Of the obfuscated file.</param>
/// <param name="Restored">Of the model restored from the obfuscated file and the secrets.</param>
/// <param name="OriginalStandardError">Of the original's.</param>
/// <param name="ObfuscatedStandardError">Of the obfuscated file's.</param>
/// <param name="RestoredStandardError">Of the restored model's.</param>
/// <param name="ClassesWithoutExample">Classes that balanced accuracies say nothing of.</param>
internal sealed record ReportMeasured(
    string Measure,
    string Output,
    string Examples,
    int CalibrationCount,
    int EvaluationCount,
    double Chance,
    double Target,
    double Original,
    double Obfuscated,
    double Restored,
    double OriginalStandardError,
    double ObfuscatedStandardError,
    double RestoredStandardError,
    IReadOnlyList<int> ClassesWithoutExample)
{
    /// <summary>The measure itself.</summary>
    [JsonIgnore]
    public Metric Kind =>
        Measure == MeasureText.Id(Metric.Accuracy) ? Metric.Accuracy : Metric.NormalizedError;
}
