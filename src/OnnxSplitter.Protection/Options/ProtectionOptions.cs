using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Data;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Protection.Options;

/// <summary>One protection job.</summary>
/// <param name="Model">The exported model. Never written to.</param>
/// <param name="Output">
/// Where the obfuscated model goes, in a folder that there is; empty for MODEL.obfuscated.onnx beside the model, or
/// MODEL.obfuscated/MODEL.onnx, a folder of its own, where the model has data files.
/// </param>
/// <param name="Secrets">Where the sealed secrets go.</param>
/// <param name="Signer">Vouches for the secrets. Still the caller's to dispose.</param>
/// <param name="Recipients">Certificates the secrets are sealed to.</param>
public sealed record ProtectionOptions(
    string Model, string Output, string Secrets, Identity Signer, IReadOnlyList<X509Certificate2> Recipients)
{
    /// <summary>How the secrets are sealed.</summary>
    public SealOptions Sealing { get; init; } = new();

    /// <summary>Opens sessions of the model and of what is made from it; knows the libraries of custom ops.</summary>
    public Sessions Sessions { get; init; } = Sessions.Plain;

    /// <summary>What the model is judged on.</summary>
    public DataSettings Data { get; init; } = new();

    /// <summary>How weights are chosen.</summary>
    public SearchSettings Search { get; init; } = new();

    /// <summary>Write the best that was found even if the target was not reached.</summary>
    public bool AcceptBest { get; init; }

    /// <summary>Asks for compact secrets; null for ordinary ones, which restore every bit.</summary>
    public CompactOptions? Compact { get; init; }

    /// <summary>
    /// The original's content where <see cref="Model"/> holds it only obfuscated, below 2 GB, without data files; null
    /// where it holds the original. Still the caller's, to zero after the job. It is not written to the disk.
    /// </summary>
    public byte[]? Original { get; init; }

    /// <summary>Weights that may not be changed, by tensor path and flat index: those that are changed now.</summary>
    public IReadOnlyCollection<(string Path, long Index)> Avoided { get; init; } = [];

    /// <summary>
    /// If not empty, these are written, each with marks of its own, instead of <see cref="Output"/> and
    /// <see cref="Secrets"/>. Not with <see cref="Compact"/>.
    /// </summary>
    public IReadOnlyList<ModelVariant> Variants { get; init; } = [];

    /// <summary>Replace existing outputs.</summary>
    public bool Force { get; init; }

    /// <summary>Paths of further inputs, such as keys and certificates, that no output may replace.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];

    /// <summary>Paths of further outputs that the caller adds to the job's commit.</summary>
    public IReadOnlyList<string> Reports { get; init; } = [];

    /// <summary>Where the search's state is kept, for as long as it is not done; null keeps none.</summary>
    public string? State { get; init; }

    /// <summary>Go on from <see cref="State"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Whether a search aims at what the model is worth to a thief: unless a metric or a target by one is given.
    /// </summary>
    public bool AimsAtWorth => Data.Metric is null && Search.TargetAccuracy is null && Search.TargetError is null;
}
