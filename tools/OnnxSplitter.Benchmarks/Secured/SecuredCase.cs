using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Benchmarks.Hosts;

namespace OnnxSplitter.Benchmarks.Secured;

/// <summary>What of a model a trusted process runs, and what that may take.</summary>
/// <param name="Name">In tables.</param>
/// <param name="Mode">The process's.</param>
/// <param name="Layers">Kernels and matrices that are changed; null for eight tensors of any kind.</param>
/// <param name="Spread">Whether they lie all over the model; else they are its last ones.</param>
/// <param name="Weights">Weights that are changed in each.</param>
internal sealed record SecuredCase(
    string Name, string Mode, int? Layers = null, bool Spread = false,
    int Weights = ProtectedFolder.WeightsPerTensor)
{
    private const int Tensors = 8;

    // About what a search changes in a layer.
    private const int FewWeights = 8;

    /// <summary>Time of a run of one example, beside plain; null where there is no goal.</summary>
    public double? MostLatency { get; init; }

    /// <summary>Examples a second, beside plain, of runs of 32.</summary>
    public double? LeastThroughput { get; init; }

    /// <summary>Private megabytes of the process.</summary>
    public double? MostMegabytes { get; init; }

    /// <summary>Whether these are beyond the model's.</summary>
    public bool BeyondModel { get; init; }

    /// <summary>The modes, each of what it is for.</summary>
    public static IReadOnlyList<SecuredCase> Modes { get; } =
    [
        new("whole", "whole")
        {
            MostLatency = 1.05, LeastThroughput = 0.95, MostMegabytes = 40, BeyondModel = true,
        },
        new("tail", "tail", 3) { MostLatency = 1.08, LeastThroughput = 0.95, MostMegabytes = 64 },
        new("corrections", "corrections", 3, Weights: FewWeights)
        {
            MostLatency = 1.2, LeastThroughput = 0.9, MostMegabytes = 40,
        },
    ];

    /// <summary>
    /// Corrections of ever more layers, all over the model; and of the last three and of all layers on all channels,
    /// which is what masks that are used once would have to bring there and back at least.
    /// </summary>
    public static IReadOnlyList<SecuredCase> Growing { get; } =
    [
        .. new[] { 1, 2, 4, 8, 18 }.Select(layers =>
            new SecuredCase($"{layers}", "corrections", layers, Spread: true, FewWeights)),
        new("last 3, all channels", "corrections", 3), new("all, all channels", "corrections", int.MaxValue),
    ];

    /// <summary>Seals secrets.</summary>
    /// <param name="model">The model: float32 weights.</param>
    /// <param name="key">Who signs, and who opens.</param>
    /// <param name="path">Gets the secrets file.</param>
    public void Seal(string model, X509Certificate2 key, string path)
    {
        if (Layers is { } layers)
            ProtectedFolder.SealLayers(model, layers, Spread, Weights, key, path);
        else ProtectedFolder.Seal(model, Tensors, key, path);
    }
}
