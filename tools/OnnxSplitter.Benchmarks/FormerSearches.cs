using System.Globalization;
using System.Text.Json;
using OnnxSplitter.Benchmarks.Measuring;

namespace OnnxSplitter.Benchmarks;

/// <summary>
/// Searches by another build of this project beside this one's: they take turns, the one that begins too. Of each, the
/// median; of both, the median of the rounds' ratios.
/// </summary>
internal static class FormerSearches
{
    /// <summary>Measures, and prints a row for each search as soon as it is done.</summary>
    /// <param name="repository">Root of the other build's repository, which has been built.</param>
    /// <param name="models">Holds NAME.onnx, DATA-calibration.npz and DATA-evaluation.npz.</param>
    /// <param name="filter">Rows are run whose name holds it.</param>
    /// <param name="rounds">How often each build does each search.</param>
    /// <returns>Exit code: 0.</returns>
    public static int Run(string repository, string models, string filter, int rounds)
    {
        var former = FormerBenchmark.ProgramOf(repository);
        var scratch = Directory.CreateTempSubdirectory("onnxsplitter-searches-").FullName;
        try
        {
            Console.WriteLine(
                "| model | search | weights: former, now | goal | accuracy: former, now | seconds: former, now | ratio "
                + "| goal | peak MB: former, now | ratio | goal |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
            foreach (var name in (string[])["vendor", "device"])
                MeasuredProcess.Run("dotnet", FormerBenchmark.Present, "keygen", Path.Combine(scratch, name));
            foreach (var search in FormerSearch.All)
            {
                if (!$"{search.Model} {search.How}".Contains(filter, StringComparison.Ordinal)) continue;
                if (File.Exists(Path.Combine(models, $"{search.Model}.onnx")))
                    Console.WriteLine(Row(search, former, models, scratch, rounds));
                else Console.WriteLine($"| {search.Model} | {search.How} | left out: {models} has no such model |");
            }

            return 0;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static string Row(FormerSearch search, string former, string models, string scratch, int rounds)
    {
        var all = FormerBenchmark.InTurn(rounds, () => Once(former, search, search.Former, models, scratch),
            () => Once(FormerBenchmark.Present, search, search.Present, models, scratch));
        var seconds = Middle.Of(all.Select(one => one.Now.Seconds / one.Former.Seconds));
        var memory = Middle.Of(all.Select(one => one.Now.Megabytes / one.Former.Megabytes));
        var (before, now) = (Median(all.Select(one => one.Former)), Median(all.Select(one => one.Now)));
        var weights = search.MostWeights ?? before.Weights;
        return Text($"| {search.Model} | {search.How} | {before.Weights:f0}, {now.Weights:f0} ")
            + Text($"| {weights:f0}: {Met(now.Weights <= weights)} | {before.Accuracy:p1}, {now.Accuracy:p1} ")
            + Text($"| {before.Seconds:f1}, {now.Seconds:f1} | {seconds:f2} ")
            + Text($"| {search.MostSeconds:f2}: {Met(seconds <= search.MostSeconds)} ")
            + Text($"| {before.Megabytes:f0}, {now.Megabytes:f0} | {memory:f2} ")
            + (search.MostMemory is { } most ? Text($"| {most:f2}: {Met(memory <= most)} |") : "| - |");
    }

    private static Searched Once(
        string program, FormerSearch search, string[] options, string models, string scratch)
    {
        var place = Directory.CreateDirectory(Path.Combine(scratch, "run")).FullName;
        var took = MeasuredProcess.Any("dotnet", [
            program, "protect", Path.Combine(models, $"{search.Model}.onnx"), "--json", "--accept-best",
            "-r", Path.Combine(scratch, "device.crt"), "--signer", Path.Combine(scratch, "vendor.pem"),
            "--data", Path.Combine(models, $"{search.Data}-calibration.npz"),
            "--evaluate", Path.Combine(models, $"{search.Data}-evaluation.npz"),
            "-o", Path.Combine(place, "out.onnx"), "-s", Path.Combine(place, "out.p7m"), .. options,
        ]);
        Directory.Delete(place, recursive: true);
        if (took.Output.Length == 0) throw new InvalidOperationException($"{search.Model}, {search.How}: {took.Error}");
        using var result = JsonDocument.Parse(took.Output);
        return new Searched(took.Seconds, took.PeakBytes / 1e6,
            result.RootElement.GetProperty("weightsChanged").GetInt32(),
            result.RootElement.GetProperty("accuracyObfuscated").GetDouble());
    }

    private static Searched Median(IEnumerable<Searched> all) => new(
        Middle.Of(all.Select(one => one.Seconds)), Middle.Of(all.Select(one => one.Megabytes)),
        Middle.Of(all.Select(one => one.Weights)), Middle.Of(all.Select(one => one.Accuracy)));

    private static string Met(bool met) => met ? "met" : "missed";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>What a search took and came to.</summary>
    private sealed record Searched(double Seconds, double Megabytes, double Weights, double Accuracy);
}
