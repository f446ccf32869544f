namespace OnnxSplitter.Protection.Pipeline;

/// <summary>
/// What a report page shows beyond the figures: which tensors were touched, and how often; no position and no original
/// value of a single weight.
/// </summary>
/// <param name="Tensors">Every weight tensor, in graph order.</param>
/// <param name="History">The search's steps, trials included, in the order they were made.</param>
/// <param name="Output">Name of the model's output that was measured.</param>
/// <param name="Chance">What a model has by the measure that knows nothing.</param>
/// <param name="CalibrationCount">Examples that choosing looked at.</param>
/// <param name="EvaluationCount">Examples that the original, the obfuscated and the restored were measured on.</param>
/// <param name="Sha256Original">Of the original file, in hexadecimal.</param>
/// <param name="Sha256Obfuscated">Of the obfuscated file, in hexadecimal.</param>
public sealed record ProtectionDetails(
    IReadOnlyList<TensorChanges> Tensors,
    IReadOnlyList<ProtectionProgress> History,
    string Output,
    double Chance,
    int CalibrationCount,
    int EvaluationCount,
    string Sha256Original,
    string Sha256Obfuscated)
{
    /// <summary>Where the obfuscated model lies until it gets its name.</summary>
    public required string StagedModel { get; init; }
}
