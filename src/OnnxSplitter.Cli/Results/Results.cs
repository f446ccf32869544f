using System.Text.Json.Serialization;
using OnnxSplitter.Cli.Terminal;
using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Protection.Variants;

namespace OnnxSplitter.Cli.Results;

/// <summary>What <c>protect --json</c> prints: by the model's measure, accuracies or errors.</summary>
internal sealed record ProtectResult(
    string Model,
    string Output,
    string Secrets,
    string Strategy,
    string Move,
    string Source,
    string Measure,
    double Target,
    bool TargetReached,
    bool Written,
    int WeightsChanged,
    long WeightsTotal,
    int TensorsChanged,
    double? AccuracyOriginal,
    double? AccuracyObfuscated,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? AccuracyRestored,
    double? ErrorOriginal,
    double? ErrorObfuscated,
    double? ErrorRestored,
    bool Compact,
    long SecretsBytes,
    double Seconds,
    long PeakMemoryBytes,
    IReadOnlyList<string> Estimated,
    IReadOnlyList<string> Reports,
    IReadOnlyList<VariantReport>? Variants,
    IReadOnlyDictionary<string, IReadOnlyList<long>>? DrawnShapes)
{
    public static ProtectResult Of(ProtectionReport report, IReadOnlyList<string> reports) => new(
        report.Model, report.Output, report.Secrets,
        report.Strategy.ToString().ToLowerInvariant(), report.Move.ToString().ToLowerInvariant(),
        report.Source switch
        {
            DataSource.Labels => "labels",
            DataSource.OwnPredictions => "own-predictions",
            _ => "random-inputs",
        },
        MeasureText.Id(report.Measure), report.Target, report.TargetReached, report.Written, report.WeightsChanged, report.WeightsTotal, report.TensorsChanged,
        If(report, MeasureKind.Accuracy, report.Original), If(report, MeasureKind.Accuracy, report.Obfuscated),
        If(report, MeasureKind.Accuracy, report.Restored),
        If(report, MeasureKind.NormalizedError, report.Original), If(report, MeasureKind.NormalizedError, report.Obfuscated),
        If(report, MeasureKind.NormalizedError, report.Restored),
        report.Compact is not null, report.SecretsBytes, report.Seconds, report.PeakMemoryBytes, report.Estimated,
        report.Written ? reports : [], report.Written && report.Variants.Count > 0 ? report.Variants : null,
        report.DrawnShapes.Count > 0 ? report.DrawnShapes : null);

    // Null where nothing was written, too: JSON has no word for what was not measured.
    private static double? If(ProtectionReport report, MeasureKind measure, double value) =>
        report.Measure != measure || double.IsNaN(value) ? null : value;
}

/// <summary>What <c>protect --no-evaluation --json</c> prints.</summary>
internal sealed record UnmeasuredResult(
    string Model, string Output, IReadOnlyList<string> DataFiles, string Secrets, string Move, int WeightsChanged,
    long WeightsTotal, int TensorsChanged, long SecretsBytes, double Seconds, long PeakMemoryBytes)
{
    public static UnmeasuredResult Of(UnmeasuredReport report) => new(
        report.Model, report.Output, report.DataFiles, report.Secrets, report.Move.ToString().ToLowerInvariant(),
        report.WeightsChanged, report.WeightsTotal, report.TensorsChanged, report.SecretsBytes, report.Seconds,
        report.PeakMemoryBytes);
}

/// <summary>What <c>restore --json</c> prints.</summary>
/// <param name="Output">Path of the restored model.</param>
/// <param name="Compact">Whether it is only close to the original: the secrets were compact.</param>
/// <param name="Sha256">Its digest, in hexadecimal.</param>
/// <param name="Bytes">Length of all its files.</param>
/// <param name="Seconds">The whole job.</param>
internal sealed record RestoreResult(string Output, bool Compact, string Sha256, long Bytes, double Seconds);

/// <summary>What <c>evaluate --json</c> prints.</summary>
/// <param name="Measure">How the model was measured.</param>
/// <param name="Accuracy">What that gave, if by accuracy.</param>
/// <param name="Error">What that gave, if by the normalised error.</param>
/// <param name="Count">On how many examples.</param>
internal sealed record EvaluateResult(string Measure, double? Accuracy, double? Error, int Count);

/// <summary>What <c>inspect --json</c> prints.</summary>
internal sealed record InspectResult(
    bool Verified,
    string Note,
    string Signer,
    string? SignerSha256,
    IReadOnlyList<string> Recipients,
    string ContentEncryption,
    long Length,
    InspectContents? Contents)
{
    /// <summary>Whom the secrets are for; null for anybody.</summary>
    public string? Audience { get; init; }

    /// <summary>From when on they may be used; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Until when they may be used; null for ever.</summary>
    public DateTimeOffset? NotAfter { get; init; }
}

/// <summary>What an identity adds: counts alone.</summary>
internal sealed record InspectContents(
    string Strategy,
    bool Compact,
    string ToolVersion,
    DateTimeOffset Created,
    IReadOnlyList<InspectFile> Files,
    IReadOnlyList<InspectTensor> Tensors);

/// <summary>One file of the model.</summary>
internal sealed record InspectFile(
    string Name, long Length, string Sha256Obfuscated, string Sha256Restored, string Sha256Original);

/// <summary>One touched tensor.</summary>
internal sealed record InspectTensor(string Path, IReadOnlyList<long> Dims, int Weights);

/// <summary>What <c>recipients --json</c> prints.</summary>
/// <param name="Output">Path of the secrets that were written; null where they were only looked at.</param>
/// <param name="Recipients">Who can open them now.</param>
internal sealed record RecipientsResult(string? Output, IReadOnlyList<RecipientResult> Recipients);

/// <summary>One recipient.</summary>
/// <param name="Address">Subject key identifier, or issuer and serial number.</param>
/// <param name="Kind">What key it has.</param>
/// <param name="Subject">Subject of the given certificate that it is; null if it is none of them.</param>
internal sealed record RecipientResult(string Address, string Kind, string? Subject);

/// <summary>What <c>trace --json</c> prints.</summary>
/// <param name="Model">The leaked model.</param>
/// <param name="Variant">The secrets of the variant that it is; null if it is none for sure.</param>
/// <param name="Recipients">Whom these are sealed to.</param>
/// <param name="Variants">What speaks for each, the likeliest first.</param>
/// <param name="NotOpened">Secrets that did not open.</param>
internal sealed record TraceResult(
    string Model,
    string? Variant,
    IReadOnlyList<string> Recipients,
    IReadOnlyList<TraceVariant> Variants,
    IReadOnlyList<string> NotOpened);

/// <summary>How many of the weights that one variant alone has changed the leaked model has changed.</summary>
internal sealed record TraceVariant(string Secrets, int Changed, int Weights);

/// <summary>What <c>inspect --json</c> prints of a model.</summary>
internal sealed record InspectModelResult(
    string Model,
    long IrVersion,
    long Opset,
    IReadOnlyList<InspectWeight> Weights,
    IReadOnlyList<InspectSkipped> Skipped);

/// <summary>One weight tensor of a model.</summary>
/// <param name="Path">Tensor path.</param>
/// <param name="Dims">Shape.</param>
/// <param name="Count">Number of weights.</param>
/// <param name="Type">Element type.</param>
/// <param name="Op">The op that uses it.</param>
/// <param name="Reached">Whether a gradient reaches it.</param>
/// <param name="Reason">Why none does; null if one does.</param>
internal sealed record InspectWeight(
    string Path, IReadOnlyList<long> Dims, long Count, string Type, string Op, bool Reached, string? Reason);

/// <summary>A weight tensor that can't be changed, and why.</summary>
internal sealed record InspectSkipped(string Path, string Reason);
