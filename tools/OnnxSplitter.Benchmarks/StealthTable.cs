using System.Globalization;
using OnnxSplitter.Attacks.Detectors;
using OnnxSplitter.Attacks.Repairs;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;

namespace OnnxSplitter.Benchmarks;

/// <summary>
/// What a look at the weights finds of protected models, without data, and what undoing that brings back.
/// </summary>
internal static class StealthTable
{
    /// <summary>What the table stands under in the results.</summary>
    public const string Heading = "## What shows";

    // Of a tensor's values, for the simplest repair.
    private const double Majority = 0.8;

    private static readonly string[] Models = ["resnet20-fmnist", "resnet20-fmnist-bn", "vit-fmnist"];

    /// <summary>Protects the models of a folder and prints the table.</summary>
    /// <param name="folder">Holds the models and the data.</param>
    /// <param name="filter">Part of a row's name; empty for all.</param>
    /// <param name="job">Makes a job of a model's path and its data's.</param>
    public static int Run(string folder, string filter, Func<string, string, ProtectionOptions> job)
    {
        Console.WriteLine("| model, move, stealth | weights | accuracy | " + string.Join(" | ", DetectorSuite.Names)
            + " | best guesses undone | as many drawn, turned | signs of 80 % |");
        Console.WriteLine(
            "|---|---|---|" + string.Concat(Enumerable.Repeat("---|", DetectorSuite.Names.Count)) + "---|---|---|");
        foreach (var model in Models)
            foreach (var move in new[] { MoveKind.Sign, MoveKind.Swap, MoveKind.Best })
                foreach (var stealth in new[] { StealthKind.Tensor, StealthKind.Off })
                {
                    var name = $"{model}, {move}, {stealth}".ToLowerInvariant();
                    var path = Path.Combine(folder, $"{model}.onnx");
                    if (!name.Contains(filter, StringComparison.Ordinal) || !File.Exists(path)) continue;
                    var options = job(path, Path.Combine(folder, "fashion-mnist"));
                    Console.WriteLine(Row(name, options with
                    {
                        Search = options.Search with { Move = move, Stealth = stealth },
                    }));
                }

        return 0;
    }

    private static string Row(string name, ProtectionOptions options)
    {
        var report = ProtectionPipeline.Run(options);
        using var original = ModelFile.Open(options.Model);
        using var obfuscated = ModelFile.Open(report.Output);
        var found = DetectorSuite.Run(obfuscated, Changed(original, obfuscated));
        using var model = LoadedModel.Open(report.Output);
        var data = Dataset.Read(options.Data.Evaluation!, model.Signature.Inputs);
        var undone = found.Select(one => (one.Detector, Left: Accuracy(one.Guesses))).MaxBy(one => one.Left);

        // The control: as many attempts that look at nothing.
        var drawn = Enumerable.Range(0, found.Count)
            .Max(seed => Accuracy(Drawn(obfuscated, found[0].Guesses.Count, seed)));
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {report.WeightsChanged}, {report.Seconds:0} s | {report.Obfuscated:p1} | "
            + $"{string.Join(" | ", found.Select(Text))} | "
            + $"{undone.Left:p1} by {undone.Detector} | {drawn:p1} | "
            + $"{Accuracy(MajoritySigns.Of(obfuscated, Majority)):p1} |");

        double Accuracy(IReadOnlyList<WeightBits> repairs)
        {
            using var repaired = new LoadedModel(RepairedModel.Open(obfuscated, repairs), model.Signature);
            return repaired.Evaluate(data).Value;
        }
    }

    // With how many changed weights it judges: of one or two, it is luck.
    private static string Text(Detection found) => found.Found == 0 ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{found.Auroc:0.00} of {found.Found}");

    /// <summary>Weights drawn evenly from all, with their signs turned.</summary>
    private static List<WeightBits> Drawn(ModelFile file, int count, int seed)
    {
        var random = new Random(seed);
        var total = file.Weights.Sum(tensor => tensor.Count);
        var drawn = new List<WeightBits>();
        foreach (var place in Enumerable.Range(0, count).Select(_ => random.NextInt64(total)).Distinct())
        {
            var index = place;
            var tensor = file.Weights.First(one => (index -= one.Count) < 0);
            index += tensor.Count;
            using var stream = file.OpenPart(tensor.Storage.File);
            var codec = WeightCodec.Of(file, tensor);
            var value = codec.Decode(index, WeightPatcher.Read(stream, tensor, index));
            drawn.Add(new WeightBits(tensor, index, codec.Encode(index, -value)));
        }

        return drawn;
    }

    private static Dictionary<string, IReadOnlyList<long>> Changed(ModelFile original, ModelFile obfuscated)
    {
        var changed = new Dictionary<string, IReadOnlyList<long>>(StringComparer.Ordinal);
        foreach (var (before, after) in original.Weights.Zip(obfuscated.Weights))
        {
            using var left = original.OpenPart(before.Storage.File);
            using var right = obfuscated.OpenPart(after.Storage.File);
            var old = WeightPatcher.ReadRange(left, before, 0, (int)before.Count);
            var now = WeightPatcher.ReadRange(right, after, 0, (int)after.Count);
            long[] differ = [.. Enumerable.Range(0, old.Length).Where(i => old[i] != now[i]).Select(i => (long)i)];
            if (differ.Length > 0) changed[after.Path] = differ;
        }

        return changed;
    }
}
