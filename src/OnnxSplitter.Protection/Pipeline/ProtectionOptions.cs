using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Serialization;
using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Images;
using OnnxSplitter.Protection.Variants;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>One protection job.</summary>
/// <remarks>
/// What is marked as ignored by JSON has no influence on which weights are chosen: a search that was begun with other
/// values of these goes on.
/// </remarks>
/// <param name="Model">The exported model. Never written to.</param>
/// <param name="Output">Where the obfuscated model goes.</param>
/// <param name="Secrets">Where the sealed secrets go.</param>
/// <param name="Signer">Vouches for the secrets. Still the caller's to dispose.</param>
/// <param name="Recipients">Certificates the secrets are sealed to.</param>
public sealed record ProtectionOptions(
    [property: JsonIgnore] string Model,
    [property: JsonIgnore] string Output,
    [property: JsonIgnore] string Secrets,
    [property: JsonIgnore] Identity Signer,
    [property: JsonIgnore] IReadOnlyList<X509Certificate2> Recipients)
{
    /// <summary>How the secrets are sealed.</summary>
    [JsonIgnore]
    public SealOptions Sealing { get; init; } = new();

    /// <summary>
    /// Calibration data: a <c>.npz</c> file, or a folder of <c>test_data_set_N</c> or of images; null draws random inputs.
    /// </summary>
    [JsonIgnore]
    public string? CalibrationData { get; init; }

    /// <summary>Evaluation data, of the same kinds; null sets a third of the calibration data aside.</summary>
    [JsonIgnore]
    public string? EvaluationData { get; init; }

    /// <summary>How images become the model's input.</summary>
    public ImageOptions Images { get; init; } = new();

    /// <summary>Shapes of inputs that are drawn, by name; where none is given, it is found by trying.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> InputShapes { get; init; } = Data.InputShapes.None;

    /// <summary>Name of the model's output that is measured; null for its first of floats.</summary>
    public string? ModelOutput { get; init; }

    /// <summary>How it is measured; null for accuracy where it is [batch, 2 or more], else by the normalised error.</summary>
    public MeasureKind? Measure { get; init; }

    /// <summary>How weights are chosen.</summary>
    public StrategyKind Strategy { get; init; } = StrategyKind.Gradient;

    /// <summary>What <see cref="StrategyKind.NnSplitter"/> works with.</summary>
    public NnSplitterOptions NnSplitter { get; init; } = new();

    /// <summary>How their new values are found; <see cref="StrategyKind.NnSplitter"/> finds its own.</summary>
    public MoveKind Move { get; init; } = MoveKind.Sign;

    /// <summary>Which tensors may change.</summary>
    public TensorFilter Tensors { get; init; } = TensorFilter.None;

    /// <summary>Which ops gradients are written in.</summary>
    [JsonIgnore]
    public GradientKernels Gradient { get; init; }

    /// <summary>Whether what would have to pass an op without a gradient rule, or without one for this use, is estimated, instead of refused.</summary>
    public bool EstimateGradient { get; init; }

    /// <summary>
    /// Bytes that the weights' gradients may take: where those of all do not fit, they are taken group by group, which takes
    /// longer and gives the same.
    /// </summary>
    [JsonIgnore]
    public long MaxMemory { get; init; } = long.MaxValue;

    /// <summary>Most weights that may change.</summary>
    [JsonIgnore]
    public int MaxWeights { get; init; } = 100;

    /// <summary>
    /// Accuracy to reach on the evaluation data, 0 to 1; null for chance plus half a point. Not for the normalised error.
    /// </summary>
    [JsonIgnore]
    public double? TargetAccuracy { get; init; }

    /// <summary>Normalised error to reach on the evaluation data; null for 1, that of a constant. Not for accuracy.</summary>
    [JsonIgnore]
    public double? TargetError { get; init; }

    /// <summary>Write the best that was found even if the target was not reached.</summary>
    [JsonIgnore]
    public bool AcceptBest { get; init; }

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; }

    /// <summary>Asks for compact secrets; null for ordinary ones, which restore every bit.</summary>
    [JsonIgnore]
    public CompactOptions? Compact { get; init; }

    /// <summary>
    /// The original's content where <see cref="Model"/> holds it only obfuscated, below 2 GB, without data files; null where
    /// it holds the original. Still the caller's, to zero after the job. It is not written to the disk.
    /// </summary>
    [JsonIgnore]
    public byte[]? Original { get; init; }

    /// <summary>Weights that may not be changed, by tensor path and flat index: those that are changed now.</summary>
    [JsonIgnore]
    public IReadOnlyCollection<(string Path, long Index)> Avoided { get; init; } = [];

    /// <summary>
    /// If not empty, these are written, each with marks of its own, instead of <see cref="Output"/> and
    /// <see cref="Secrets"/>, beside which only temporary files lie then.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<ModelVariant> Variants { get; init; } = [];

    /// <summary>Replace existing outputs.</summary>
    [JsonIgnore]
    public bool Force { get; init; }

    /// <summary>
    /// Paths of further files, keys and reports, that the outputs' data files must not replace: the model chose their names.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<string> Kept { get; init; } = [];

    /// <summary>Where the search's state is kept, for as long as it is not done; null keeps none.</summary>
    [JsonIgnore]
    public string? State { get; init; }

    /// <summary>Go on from <see cref="State"/>.</summary>
    [JsonIgnore]
    public bool Resume { get; init; }

    /// <summary>The same job for one of its variants.</summary>
    internal ProtectionOptions For(ModelVariant variant) => this with
    {
        Output = variant.Output,
        Secrets = variant.Secrets,
        Recipients = variant.Recipients,
    };
}
