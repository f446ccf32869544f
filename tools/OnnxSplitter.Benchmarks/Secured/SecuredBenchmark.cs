using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Benchmarks.Measuring;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Benchmarks.Secured;

/// <summary>What a model in a trusted process takes beside one in the host's own session.</summary>
/// <remarks>
/// Both run in turns, and each pair of runs gives a ratio, so that what else the machine does is in both. Threads of
/// either stop spinning when its run ends: else they would take processors from the other's.
/// </remarks>
internal static class SecuredBenchmark
{
    private const double SecondsPerRound = 8;

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(0.5);

    /// <summary>Measures, and prints a table.</summary>
    /// <param name="model">The model: float32 weights.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="program">The published program; null for the one that was built with this.</param>
    /// <param name="cases">What.</param>
    public static int Run(string model, int rounds, string? program, IReadOnlyList<SecuredCase> cases)
    {
        var folder = Directory.CreateTempSubdirectory("onnxsplitter-secured-").FullName;
        string At(string name) => Path.Combine(folder, name);
        try
        {
            using var key = KeyFiles.Create("secured");
            KeyFiles.WritePem(key, At("key.pem"), At("key.crt"), overwrite: false);
            foreach (var one in cases) one.Seal(model, key, At($"{one.Name}.p7m"));
            var endpoint = new SecuredEndpoint(At("socket"));
            var (plain, ratios) = (new Dictionary<int, List<double>>(), new Dictionary<(string, int), List<double>>());
            var (starts, memory) = (new Dictionary<string, List<double>>(), new Dictionary<string, List<double>>());
            for (var round = 0; round < rounds; round++)
                foreach (var batch in new[] { 1, 32 })
                    foreach (var one in cases)
                    {
                        using var process = SecureWorldProcess.Start(program, model, "-s", At($"{one.Name}.p7m"), "-i",
                            At("key.pem"), "--trust", At("key.crt"), "--socket", endpoint.Path, "--mode", one.Mode);
                        using var secured = SecuredModel.Open(model, endpoint);
                        using var inputs = new ZeroInputs(secured.Inputs, batch);
                        string[] outputs = [.. secured.Outputs.Select(output => output.Name)];
                        var (without, ratio) =
                            InTurns(model, batch, () => secured.Run(inputs.Values, outputs).Dispose());
                        Add(plain, batch, without);
                        Add(ratios, (one.Name, batch), ratio);
                        Add(starts, one.Name, process.StartSeconds);
                        if (batch == 1) Add(memory, one.Name, process.PrivateBytes / 1e6);
                    }

            Console.WriteLine(Text($"{Path.GetFileName(model)}, {Environment.ProcessorCount} processors, medians of ")
                + Text($"{rounds} rounds of {SecondsPerRound} s"));
            Console.WriteLine();
            Console.WriteLine("| what | a run of batch 1, ms | x plain | examples a second, batch 32 | x plain "
                + "| private MB of the process | start, s | goals |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|");
            var (lone, many) = (Middle.Of(plain[1]), Middle.Of(plain[32]));
            Console.WriteLine(Text($"| plain | {1e3 * lone:f2} | 1 | {32 / many:f1} | 1 | | | |"));
            foreach (var one in cases)
            {
                var (latency, throughput) =
                    (Middle.Of(ratios[(one.Name, 1)]), 1 / Middle.Of(ratios[(one.Name, 32)]));
                var megabytes = Middle.Of(memory[one.Name]);
                var most = one.MostMegabytes + (one.BeyondModel ? new FileInfo(model).Length / 1e6 : 0);
                string[] goals =
                [
                    one.MostLatency is { } slow ? Text($"latency {slow}: {Met(latency <= slow)}") : "",
                    one.LeastThroughput is { } fast ? Text($"throughput {fast}: {Met(throughput >= fast)}") : "",
                    most is { } room ? Text($"{room:f0} MB: {Met(megabytes <= room)}") : "",
                ];
                Console.WriteLine(
                    Text($"| {one.Name} | {1e3 * latency * lone:f2} | {latency:f3} | {32 * throughput / many:f1} ")
                    + Text($"| {throughput:f3} | {megabytes:f0} | {Middle.Of(starts[one.Name]):f2} ")
                    + $"| {string.Join("; ", goals.Where(goal => goal.Length > 0))} |");
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Add<T>(Dictionary<T, List<double>> all, T what, double value)
        where T : notnull
    {
        if (!all.TryGetValue(what, out var values)) all[what] = values = [];
        values.Add(value);
    }

    /// <summary>
    /// Seconds of the median run of a session of this process, and how many times as long another way takes.
    /// </summary>
    private static (double Plain, double Ratio) InTurns(string model, int batch, Action other)
    {
        using var settings = new SessionOptions();
        settings.AddSessionConfigEntry("session.force_spinning_stop", "1");
        using var session = new InferenceSession(model, settings);
        using var options = new RunOptions();
        using var inputs = new ZeroInputs(SecuredTensor.Of(session.InputNames, session.InputMetadata), batch);
        void Plain() => session.Run(options, inputs.Values, session.OutputNames).Dispose();
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < Warm;)
        {
            Plain();
            other();
        }

        var (taken, ratios) = (new List<double>(), new List<double>());
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun).TotalSeconds < SecondsPerRound;)
        {
            taken.Add(Seconds(Plain));
            ratios.Add(Seconds(other) / taken[^1]);
        }

        return (Middle.Of(taken), Middle.Of(ratios));
    }

    private static double Seconds(Action run)
    {
        var start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static string Met(bool met) => met ? "met" : "not met";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
