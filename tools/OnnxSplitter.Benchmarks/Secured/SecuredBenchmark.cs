using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Benchmarks.Hosts;
using OnnxSplitter.Benchmarks.Measuring;
using OnnxSplitter.Runtime.Secured;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Benchmarks.Secured;

/// <summary>What a model in a trusted process takes beside one in the host's own session.</summary>
internal static class SecuredBenchmark
{
    private const double LeastThroughput = 0.95;
    private const double SecondsPerRound = 4;
    private const int TailLayers = 3;

    // Of each mode: latency beside plain, and megabytes, beyond the model's where that is inside.
    private static readonly (string Mode, double MostLatency, double MostMegabytes, bool BeyondModel)[] Modes =
        [("whole", 1.05, 40, true), ("tail", 1.08, 64, false)];

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(0.5);

    /// <summary>Measures, and prints a table.</summary>
    /// <param name="model">The model: float32 weights.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="program">The published program; null for the one that was built with this.</param>
    public static int Run(string model, int rounds, string? program)
    {
        var folder = Directory.CreateTempSubdirectory("onnxsplitter-secured-").FullName;
        string At(string name) => Path.Combine(folder, name);
        try
        {
            using var key = KeyFiles.Create("secured");
            KeyFiles.WritePem(key, At("key.pem"), At("key.crt"), overwrite: false);
            ProtectedFolder.Seal(model, 8, key, At("whole.p7m"));
            ProtectedFolder.SealTail(model, TailLayers, key, At("tail.p7m"));
            var endpoint = new SecuredEndpoint(At("socket"));
            var taken = new Dictionary<(string Way, int Batch), List<double>>();
            var (starts, memory) = (new Dictionary<string, List<double>>(), new Dictionary<string, List<double>>());
            for (var round = 0; round < rounds; round++)
                foreach (var batch in new[] { 1, 32 })
                {
                    Add(taken, ("plain", batch), Plain(model, batch));
                    foreach (var (mode, _, _, _) in Modes)
                    {
                        using var process = SecureWorldProcess.Start(program, model, "-s", At($"{mode}.p7m"), "-i",
                            At("key.pem"), "--trust", At("key.crt"), "--socket", endpoint.Path, "--mode", mode);
                        using var secured = SecuredModel.Open(model, endpoint);
                        using var inputs = new ZeroInputs(secured.Inputs, batch);
                        string[] outputs = [.. secured.Outputs.Select(output => output.Name)];
                        Add(taken, (mode, batch), PerRun(() => secured.Run(inputs.Values, outputs).Dispose()));
                        Add(starts, mode, process.StartSeconds);
                        if (batch == 1) Add(memory, mode, process.PrivateBytes / 1e6);
                    }
                }

            Console.WriteLine(Text($"{Path.GetFileName(model)}, {Environment.ProcessorCount} processors, medians of ")
                + Text($"{rounds} rounds of {SecondsPerRound} s; tail: the last {TailLayers} layers changed"));
            Console.WriteLine();
            Console.WriteLine("| mode | a run of batch 1, ms | x plain | examples a second, batch 32 | x plain "
                + "| private MB of the process | start, s | goals |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|");
            var (one, many) = (Middle.Of(taken[("plain", 1)]), Middle.Of(taken[("plain", 32)]));
            Console.WriteLine(Text($"| plain | {1e3 * one:f2} | 1 | {32 / many:f1} | 1 | | | |"));
            foreach (var (mode, mostLatency, mostMegabytes, beyondModel) in Modes)
            {
                var (latency, throughput) =
                    (Middle.Of(taken[(mode, 1)]) / one, many / Middle.Of(taken[(mode, 32)]));
                var megabytes = Middle.Of(memory[mode]);
                var most = mostMegabytes + (beyondModel ? new FileInfo(model).Length / 1e6 : 0);
                Console.WriteLine(
                    Text($"| {mode} | {1e3 * latency * one:f2} | {latency:f3} | {32 * throughput / many:f1} ")
                    + Text($"| {throughput:f3} | {megabytes:f0} | {Middle.Of(starts[mode]):f2} ")
                    + Text($"| latency {mostLatency}: {Met(latency <= mostLatency)}; throughput {LeastThroughput}: ")
                    + Text($"{Met(throughput >= LeastThroughput)}; {most:f0} MB: {Met(megabytes <= most)} |"));
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

    private static double Plain(string model, int batch)
    {
        using var session = new InferenceSession(model);
        using var options = new RunOptions();
        using var inputs = new ZeroInputs(SecuredTensor.Of(session.InputNames, session.InputMetadata), batch);
        return PerRun(() => session.Run(options, inputs.Values, session.OutputNames).Dispose());
    }

    /// <summary>Seconds of the median run.</summary>
    private static double PerRun(Action run)
    {
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < Warm;) run();
        var taken = new List<double>();
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun).TotalSeconds < SecondsPerRound;)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            taken.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return Middle.Of(taken);
    }

    private static string Met(bool met) => met ? "met" : "not met";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
