using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Benchmarks.Hosts;

/// <summary>Opens one protected model over and over in one process, by two threads; and plainly, in turns.</summary>
internal static class HostLoop
{
    private const int Threads = 2;
    private const int Turns = 10;

    /// <summary>Measures and prints opens a second, and private memory after the first turn and the last.</summary>
    /// <param name="model">A model of float32 weights.</param>
    /// <param name="opens">How many opens of either kind.</param>
    /// <returns>Exit code: 0.</returns>
    public static int Run(string model, int opens)
    {
        var folder = Directory.CreateTempSubdirectory("onnxsplitter-hosts-").FullName;
        try
        {
            using var key = KeyFiles.Create("benchmarks");
            using var identity = Identity.Of(key);
            var secrets = Path.Combine(folder, "few.p7m");
            ProtectedFolder.Seal(model, 3, key, secrets);
            using var options = new SessionOptions { IntraOpNumThreads = 1 };
            var own = new ProtectedModelOptions { Session = options };
            void Plain() => new InferenceSession(model, options).Dispose();
            void Restored() => ProtectedModel.Open(model, secrets, key, [identity], own).Dispose();
            Console.WriteLine("| opens | plain a second | restored a second | x | private MB |");
            Console.WriteLine("|---|---|---|---|---|");
            Turn(Threads, Plain);
            Turn(Threads, Restored);
            for (var turn = 1; turn <= Turns; turn++)
            {
                var (plain, restored) = (Turn(opens / Turns, Plain), Turn(opens / Turns, Restored));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {turn * (opens / Turns)} | {plain:f0} | {restored:f0} | {plain / restored:f2} "
                    + $"| {HostRun.PrivateBytes() / 1e6:f0} |"));
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Turn(int opens, Action open)
    {
        var watch = Stopwatch.StartNew();
        Parallel.For(0, opens, new ParallelOptions { MaxDegreeOfParallelism = Threads }, _ => open());
        return opens / watch.Elapsed.TotalSeconds;
    }
}
