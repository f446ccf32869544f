using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Cli.Requests;
using OnnxSplitter.Cli.Results;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Images;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Cli.Reports;

/// <summary>Puts together what a report says.</summary>
internal static class ReportBuilder
{
    /// <param name="request">What was asked for.</param>
    /// <param name="report">What came of it; with details.</param>
    /// <param name="attacks">What attacks brought back; null where none were run.</param>
    /// <exception cref="ModelFormatException">A data file can't be read any more.</exception>
    public static ReportDocument Build(
        ProtectRequest request, ProtectionReport report, AttackOutcome? attacks = null)
    {
        var details = report.Details
            ?? throw new ArgumentException("A job that wrote nothing has no report.", nameof(report));
        var touched = details.Tensors.Count(tensor => tensor.Changed > 0);
        return new ReportDocument(
            ReportWords.Handling,
            Path.GetFileName(report.Model),
            DateTimeOffset.UtcNow,
            report.TargetReached,
            new ReportMeasured(
                MeasureText.Id(report.Metric), details.Output, ReportTable.Source(report.Source),
                details.CalibrationCount, details.EvaluationCount,
                details.Chance, report.Target, report.Original, report.Obfuscated, report.Restored,
                report.OriginalStandardError, report.ObfuscatedStandardError, report.RestoredStandardError,
                report.ClassesWithoutExample),
            report.Worth is not { } left ? null : new ReportWorth(
                report.WorthGoals.Outputs, report.WorthGoals.Inner, left, report.Unprotected, report.Undone),
            attacks,
            new ReportChanges(
                report.WeightsChanged, report.WeightsTotal, touched, details.Tensors.Count, report.SecretsBytes),
            [.. details.Tensors.Select(tensor => Tensor(tensor, report))],
            [.. details.History.Where(step => double.IsFinite(step.Measured)).Select(Step)],
            ReportWords.Visible(report.Move, report.Stealth),
            ReportWords.Limits,
            new ReportReproduction(
                ProtectDefinitions.Line(request), request.Search.Seed, Word(report.Strategy), Word(report.Move),
                Word(report.Stealth), request.Search.MaxWeights, report.Seconds, report.PeakMemoryBytes,
                Versions(), Files(request, report)));
    }

    private static ReportTensor Tensor(TensorChanges tensor, ProtectionReport report) => new(
        tensor.Path, tensor.Role.Op, tensor.Role.Multiplies ? "weight" : "bias", tensor.Dims, tensor.Weights,
        tensor.Changed, (double)tensor.Changed / report.WeightsChanged,
        tensor.Values is not { } values
            ? null
            : new ReportHistogram(
                values.Low, values.High, ValueHistogram.Withheld, values.Obfuscated, values.Original),
        report.Estimated.Contains(tensor.Path));

    private static ReportStep Step(ProtectionProgress step) =>
        new(step.Phase, step.Round, step.WeightsChanged, step.Measured, step.Elapsed.TotalSeconds);

    private static ReportVersions Versions() => new(
        typeof(ReportBuilder).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        RuntimeInformation.FrameworkDescription,
        OrtEnv.Instance().GetVersionString(),
        RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant());

    private static List<ReportFile> Files(ProtectRequest request, ProtectionReport report)
    {
        var details = report.Details!;
        var length = new FileInfo(request.Model).Length;
        List<ReportFile> files = request.Former is null
            ? [new("original model", Path.GetFileName(request.Model), length, details.Sha256Original)]
            :
            [
                // The original was in memory alone: it has no name.
                new("original model, restored in memory", "-", length, details.Sha256Original),
                File("former obfuscated model", request.Model),
            ];
        files.Add(new("obfuscated model", Path.GetFileName(report.Output), length, details.Sha256Obfuscated));
        if (request.Data.Calibration is { } data) files.Add(File("calibration data", data));
        if (request.Data.Evaluation is { } evaluate) files.Add(File("evaluation data", evaluate));
        return files;
    }

    private static ReportFile File(string role, string path) => new(
        role, Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), ExampleReader.Length(path),
        Convert.ToHexStringLower(ExampleReader.Digest(path)));

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
