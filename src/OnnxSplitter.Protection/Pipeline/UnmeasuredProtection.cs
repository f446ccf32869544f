using System.Diagnostics;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Output;
using OnnxSplitter.Protection.Strategies;
using OnnxSplitter.Protection.Strategies.RandomBaseline;

namespace OnnxSplitter.Protection.Pipeline;

/// <summary>
/// Changes weights at random, and never runs the model: memory does not grow with it, and what its ops are does not matter.
/// </summary>
public static class UnmeasuredProtection
{
    /// <summary>Runs a job: changes exactly as many weights as allowed.</summary>
    /// <param name="options">What to do; data, target and state are not looked at.</param>
    /// <param name="cancellation">Stops before anything is written.</param>
    /// <exception cref="ModelFormatException">The model can't be read, or has too few weights that can change.</exception>
    /// <exception cref="OnnxSplitterException">Whatever else this project refuses, by subclass.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static UnmeasuredReport Run(ProtectionOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var clock = Stopwatch.StartNew();
        foreach (var output in new[] { options.Output, options.Secrets }) FileIdentity.RefuseSame(options.Model, output);
        FileIdentity.RefuseSame(options.Output, options.Secrets);
        OutputFile.Refuse(options.Secrets, options.Force);
        using var file = ModelFile.Open(options.Model);
        file.RefuseOverwriting(options.Output, [options.Secrets, .. options.Kept]);
        var tensors = options.Search.Tensors.Apply(file.Weights);
        using var draw = new RandomDraw(file, tensors, Moves.Move.For(options.Search.Move), options.Search.Seed, new ExcludedWeights());
        var changes = WeightChanges.Of(file, draw.Candidates(options.Search.MaxWeights).SelectMany(draw.Bits).ToArray());
        if (changes.Count < options.Search.MaxWeights)
            throw new ModelFormatException(
                $"Only {changes.Count} weights of {options.Model} were found that can change, instead of {options.Search.MaxWeights}.",
                "Ask for fewer with --max-weights, or for --move best.");
        cancellation.ThrowIfCancellationRequested();
        using var written = ObfuscatedOutput.Write(options, file, changes);
        cancellation.ThrowIfCancellationRequested();
        written.Commit();
        using var process = Process.GetCurrentProcess();
        return new UnmeasuredReport(
            options.Model, options.Output, [.. file.DataFiles.Select(data => data.Name)], options.Secrets, options.Search.Move,
            changes.Count, tensors.Sum(tensor => tensor.Count),
            changes.Select(change => change.Tensor.Path).Distinct(StringComparer.Ordinal).Count(),
            written.SecretsLength, clock.Elapsed.TotalSeconds, process.PeakWorkingSet64);
    }
}
