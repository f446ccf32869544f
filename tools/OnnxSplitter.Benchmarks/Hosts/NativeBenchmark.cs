using System.Globalization;
using OnnxSplitter.Benchmarks.Measuring;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Benchmarks.Hosts;

/// <summary>
/// What opening takes through the native library beside the same by .NET. Both take turns, each time in a process of
/// its own; ratios are medians of those of the rounds.
/// </summary>
internal static class NativeBenchmark
{
    private const int Few = 3;

    /// <summary>Makes the models, measures, prints a table, and deletes what was made.</summary>
    /// <param name="library">The published library.</param>
    /// <param name="scratch">Where there is room for the large model.</param>
    /// <param name="inline">A model of one file, of float32 weights.</param>
    /// <param name="gigabytes">Size of the large model's data file.</param>
    /// <param name="rounds">How many processes of either kind.</param>
    /// <returns>Exit code: 0.</returns>
    public static int Run(string library, string scratch, string inline, double gigabytes, int rounds)
    {
        var folder =
            Directory.CreateDirectory(Path.Combine(scratch, $"onnxsplitter-native-{Guid.NewGuid():N}")).FullName;
        try
        {
            var (pem, crt) = (Path.Combine(folder, "key.pem"), Path.Combine(folder, "key.crt"));
            using var key = KeyFiles.Create("benchmarks");
            KeyFiles.WritePem(key, pem, crt, overwrite: false);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Path.GetFileName(library)}: {new FileInfo(library).Length / 1e6:f1} MB, "
                + $"{Environment.ProcessorCount} processors, medians of {rounds} processes"));
            Console.WriteLine();
            Console.WriteLine(
                "| open | .NET, first ms | native, first ms | x | .NET, later ms | native, later ms | x |");
            Console.WriteLine("|---|---|---|---|---|---|---|");
            var large = LargeModel.Write(folder, gigabytes);
            foreach (var (model, digests) in new[] { (inline, "before"), (large, "never"), (large, "before") })
            {
                var secrets = Path.Combine(folder, "few.p7m");
                ProtectedFolder.Seal(model, Few, key, secrets);
                Compare(rounds, library, digests, pem, crt, model, secrets);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(int rounds, string library, params string[] given)
    {
        var managed = new List<(double First, double Later)>();
        var native = new List<(double First, double Later)>();
        for (var round = 0; round < rounds; round++)
        {
            managed.Add(Once("-"));
            native.Add(Once(library));
        }

        var name = Path.GetFileNameWithoutExtension(given[^2]);
        Console.WriteLine($"| {name}, digests {given[0]} {Pair(one => one.First)}{Pair(one => one.Later)}|");

        string Pair(Func<(double First, double Later), double> of) => string.Create(CultureInfo.InvariantCulture,
            $"| {Middle.Of(managed.Select(of)):f0} | {Middle.Of(native.Select(of)):f0} "
            + $"| {Middle.Of(native.Zip(managed, (one, other) => of(one) / of(other))):f2} ");

        (double First, double Later) Once(string way)
        {
            var parts = MeasuredProcess.Run("dotnet",
                [typeof(NativeBenchmark).Assembly.Location, "native-run", way, .. given]).Output.Split(' ');
            return (double.Parse(parts[0], CultureInfo.InvariantCulture),
                double.Parse(parts[1], CultureInfo.InvariantCulture));
        }
    }
}
