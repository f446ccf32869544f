using OnnxSplitter.Protection.Data;
using OnnxSplitter.Protection.Images;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.Cli.Commands;

/// <summary>What <c>onnxsplit protect</c> was asked to do: paths as given, defaults filled in.</summary>
internal sealed record ProtectRequest(
    string Model, IReadOnlyList<string> Recipients, IReadOnlyList<string> RecipientFiles, string Signer, string Output,
    string Secrets)
{
    public string? PassphraseFile { get; init; }

    public SealOptions Sealing { get; init; } = new();

    public string? Data { get; init; }

    public string? Evaluate { get; init; }

    public IReadOnlyList<string> Reports { get; init; } = [];

    public StrategyKind Strategy { get; init; }

    public NnSplitterOptions NnSplitter { get; init; } = new();

    public MoveKind Move { get; init; }

    public TensorFilter Tensors { get; init; } = TensorFilter.None;

    public GradientKernels Gradient { get; init; }

    public bool EstimateGradient { get; init; }

    public int MaxWeights { get; init; } = 100;

    public IReadOnlyDictionary<string, IReadOnlyList<long>> InputShapes { get; init; } =
        Protection.Data.InputShapes.None;

    public ImageOptions Images { get; init; } = new();

    public string? ModelOutput { get; init; }

    public MeasureKind? Measure { get; init; }

    public double? TargetAccuracy { get; init; }

    public double? TargetError { get; init; }

    public bool AcceptBest { get; init; }

    /// <summary>Bytes.</summary>
    public long MaxMemory { get; init; } = long.MaxValue;

    public bool NoEvaluation { get; init; }

    public int Seed { get; init; }

    public CompactOptions? Compact { get; init; }

    public bool VariantPerRecipient { get; init; }

    /// <summary>The secrets that the model has now, which are to be replaced; null for a model that has none.</summary>
    public FormerSecrets? Former { get; init; }

    /// <summary>Null keeps no state.</summary>
    public string? State { get; init; }

    public bool Resume { get; init; }

    public bool Force { get; init; }

    public bool Json { get; init; }
}
