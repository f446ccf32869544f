using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>What a job without evaluation did.</summary>
/// <param name="Model">The original's path.</param>
/// <param name="Output">The obfuscated model's path.</param>
/// <param name="DataFiles">Names of the data files beside it.</param>
/// <param name="Secrets">The secrets' path.</param>
/// <param name="Move">How values were found.</param>
/// <param name="Stealth">What kept the changed weights from showing.</param>
/// <param name="WeightsChanged">Weights that differ.</param>
/// <param name="WeightsTotal">Weights that could have been changed.</param>
/// <param name="TensorsChanged">Weight tensors with a change.</param>
/// <param name="SecretsBytes">Size of the secrets file.</param>
/// <param name="Seconds">The whole job.</param>
/// <param name="PeakMemoryBytes">Largest resident size of the process so far.</param>
public sealed record UnmeasuredReport(
    string Model, string Output, IReadOnlyList<string> DataFiles, string Secrets, MoveKind Move,
    StealthKind Stealth, long WeightsChanged, long WeightsTotal, int TensorsChanged, long SecretsBytes, double Seconds,
    long PeakMemoryBytes)
{
    /// <summary>How a key changed weights; null for other strategies.</summary>
    public KeyedFigures? Keyed { get; init; }

    /// <summary>What corrections of the layers cost; null where they were not asked for.</summary>
    public CorrectionsCost? Corrections { get; init; }

    /// <summary>Tensors that nothing can change.</summary>
    public IReadOnlyList<UnreachedTensor> Unreached { get; init; } = [];

    /// <summary>Weights of the model, those that nothing may change included.</summary>
    public long WeightsOfModel { get; init; }
}
