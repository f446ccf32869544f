using System.Text.Json.Serialization;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Protection.Data;

namespace OnnxSplitter.Cli.Reports;

/// <summary>What a report says: the page draws it, and JSON is it.</summary>
/// <param name="Handling">Who may see it.</param>
/// <param name="Model">The original's file name.</param>
/// <param name="Created">When it was made, UTC.</param>
/// <param name="TargetReached">Whether the target was reached.</param>
/// <param name="Measured">On the evaluation data.</param>
/// <param name="Changes">How much was changed.</param>
/// <param name="Tensors">Every weight tensor, in graph order.</param>
/// <param name="Steps">The search's steps, in the order they were made.</param>
/// <param name="Visible">What the changes leave visible to whoever has the obfuscated file.</param>
/// <param name="Limits">What this does not protect against.</param>
/// <param name="Reproduction">How to make it again.</param>
internal sealed record ReportDocument(
    string Handling,
    string Model,
    DateTimeOffset Created,
    bool TargetReached,
    ReportMeasured Measured,
    ReportChanges Changes,
    IReadOnlyList<ReportTensor> Tensors,
    IReadOnlyList<ReportStep> Steps,
    IReadOnlyList<string> Visible,
    IReadOnlyList<string> Limits,
    ReportReproduction Reproduction);

/// <summary>What was measured: accuracies, 0 to 1, or normalised errors, 0 or more.</summary>
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
    double Restored)
{
    /// <summary>The measure itself.</summary>
    [JsonIgnore]
    public MeasureKind Kind =>
        Measure == MeasureText.Id(MeasureKind.Accuracy) ? MeasureKind.Accuracy : MeasureKind.NormalizedError;
}

/// <summary>How much was changed.</summary>
internal sealed record ReportChanges(int Weights, long WeightsTotal, int Tensors, int TensorsTotal, long SecretsBytes);

/// <summary>One weight tensor.</summary>
/// <param name="Path">Tensor path.</param>
/// <param name="Op">The op that uses it.</param>
/// <param name="Use">Whether that op multiplies by it (<c>weight</c>) or adds it (<c>bias</c>).</param>
/// <param name="Dims">Shape.</param>
/// <param name="Weights">Number of weights.</param>
/// <param name="Changed">Number of those that were changed.</param>
/// <param name="ShareOfChanges">Of all changes, 0 to 1.</param>
/// <param name="Values">Histogram of a touched tensor.</param>
/// <param name="GradientEstimated">Whether its gradient had to be estimated.</param>
internal sealed record ReportTensor(
    string Path,
    string Op,
    string Use,
    IReadOnlyList<long> Dims,
    long Weights,
    int Changed,
    double ShareOfChanges,
    ReportHistogram? Values,
    bool GradientEstimated = false);

/// <summary>Weights per bin of equal width, from low to high.</summary>
/// <param name="Low">Where the first bin begins.</param>
/// <param name="High">Where the last one ends.</param>
/// <param name="DifferencesWithheldBelow">Where before and after differ by fewer weights, before is given as after.</param>
/// <param name="Obfuscated">After the changes.</param>
/// <param name="Original">Before them.</param>
internal sealed record ReportHistogram(
    double Low,
    double High,
    int DifferencesWithheldBelow,
    IReadOnlyList<long> Obfuscated,
    IReadOnlyList<long> Original);

/// <summary>One step of the search.</summary>
/// <param name="Phase">What was being done.</param>
/// <param name="Round">Its round, from 1.</param>
/// <param name="WeightsChanged">So far.</param>
/// <param name="Calibration">The measure on calibration data; accuracy is balanced over the classes.</param>
/// <param name="Seconds">Since the job began.</param>
internal sealed record ReportStep(
    string Phase, int Round, int WeightsChanged, double Calibration, double Seconds);

/// <summary>How to make the same again.</summary>
internal sealed record ReportReproduction(
    string CommandLine,
    int Seed,
    string Strategy,
    string Move,
    int MaxWeights,
    double Seconds,
    long PeakMemoryBytes,
    ReportVersions Versions,
    IReadOnlyList<ReportFile> Files);

/// <summary>What it was made with.</summary>
internal sealed record ReportVersions(
    string OnnxSplitter, string DotNet, string OnnxRuntime, string OperatingSystem, string Architecture);

/// <summary>A file that took part.</summary>
/// <param name="Role">What it is.</param>
/// <param name="Name">File name, without folders.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">Of its content, in hexadecimal.</param>
internal sealed record ReportFile(string Role, string Name, long Bytes, string Sha256);
