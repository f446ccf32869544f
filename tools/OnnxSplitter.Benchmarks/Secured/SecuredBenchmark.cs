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
    private const double MostLatency = 1.05;
    private const double LeastThroughput = 0.95;
    private const double MostMegabytes = 40;
    private const double SecondsPerRound = 4;

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
            ProtectedFolder.Seal(model, 8, key, At("secrets.p7m"));
            string[] arguments =
            [
                model, "-s", At("secrets.p7m"), "-i", At("key.pem"), "--trust", At("key.crt"), "--socket",
                At("socket"),
            ];
            var endpoint = new SecuredEndpoint(At("socket"));
            var (starts, memory) = (new List<double>(), new List<double>());
            var taken = new Dictionary<(string Way, int Batch), List<double>>();
            for (var round = 0; round < rounds; round++)
                foreach (var batch in new[] { 1, 32 })
                {
                    Add(("plain", batch), () =>
                    {
                        using var session = new InferenceSession(model);
                        using var options = new RunOptions();
                        using var inputs = new ZeroInputs(Described(session), batch);
                        return PerRun(() => session.Run(options, inputs.Values, session.OutputNames).Dispose());
                    });
                    Add(("whole", batch), () =>
                    {
                        using var process = SecureWorldProcess.Start(program, arguments);
                        using var secured = SecuredModel.Open(model, endpoint);
                        using var inputs = new ZeroInputs(secured.Inputs, batch);
                        string[] outputs = [.. secured.Outputs.Select(output => output.Name)];
                        var seconds = PerRun(() => secured.Run(inputs.Values, outputs).Dispose());
                        starts.Add(process.StartSeconds);
                        if (batch == 1) memory.Add(process.PrivateBytes / 1e6);
                        return seconds;
                    });
                }

            void Add((string, int) what, Func<double> run)
            {
                if (!taken.TryGetValue(what, out var all)) taken[what] = all = [];
                all.Add(run());
            }

            double Of(string way, int batch) => Middle.Of(taken[(way, batch)]);
            var (latency, throughput) = (Of("whole", 1) / Of("plain", 1), Of("plain", 32) / Of("whole", 32));
            var beyond = Middle.Of(memory) - new FileInfo(model).Length / 1e6;
            Console.WriteLine(Text($"{Path.GetFileName(model)}, {Environment.ProcessorCount} processors, medians of ")
                + Text($"{rounds} rounds of {SecondsPerRound} s"));
            Console.WriteLine();
            Console.WriteLine("| what | plain | whole | whole / plain | goal |");
            Console.WriteLine("|---|---|---|---|---|");
            Console.WriteLine(Text($"| a run of batch 1, ms | {1e3 * Of("plain", 1):f2} | {1e3 * Of("whole", 1):f2} ")
                + Text($"| {latency:f3} | {MostLatency}: {Met(latency <= MostLatency)} |"));
            Console.WriteLine(Text($"| examples a second, batch 32 | {32 / Of("plain", 32):f1} ")
                + Text($"| {32 / Of("whole", 32):f1} | {throughput:f3} ")
                + Text($"| {LeastThroughput}: {Met(throughput >= LeastThroughput)} |"));
            Console.WriteLine(Text($"| private memory of the process, MB | | {Middle.Of(memory):f0} | ")
                + Text($"| model + {MostMegabytes}: {Met(beyond <= MostMegabytes)} ({beyond:f0}) |"));
            Console.WriteLine(Text($"| start until it serves, s | | {Middle.Of(starts):f2} | | |"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SecuredTensor[] Described(InferenceSession session) =>
    [
        .. session.InputMetadata.Select(input => new SecuredTensor(
            input.Key, input.Value.ElementDataType, [.. input.Value.Dimensions.Select(dim => (long)dim)])),
    ];

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
