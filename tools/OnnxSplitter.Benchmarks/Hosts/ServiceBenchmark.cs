using System.Diagnostics;
using OnnxSplitter.Benchmarks.Measuring;

namespace OnnxSplitter.Benchmarks.Hosts;

/// <summary>
/// The sample host under load, on a restored model and on the plain one in turns, and a reload under load.
/// </summary>
internal static class ServiceBenchmark
{
    private const int Clients = 4;
    private const int Rounds = 7;
    private const int Reloads = 3;
    private const string Model = "resnet20-fmnist";

    /// <param name="repository">Root of a clone that was built.</param>
    /// <param name="shipped">Folder that <c>onnxsplit demo</c> has filled.</param>
    /// <param name="seconds">Of load on each of the two hosts.</param>
    public static async Task<int> RunAsync(string repository, string shipped, double seconds)
    {
        var sample = Path.Combine(repository, "samples", "ImageHost");
        if (!File.Exists(Path.Combine(shipped, $"{Model}.secrets.p7m")))
        {
            Console.Error.WriteLine(
                $"{shipped} has no protected model. Fill it by: onnxsplit demo --directory {shipped}");
            return 2;
        }

        var scratch = Directory.CreateTempSubdirectory("onnxsplitter-service-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(shipped))
                File.Copy(file, Path.Combine(scratch, Path.GetFileName(file)));
            var image = await File.ReadAllBytesAsync(Path.Combine(sample, "wwwroot", "samples", "0.png"))
                .ConfigureAwait(false);
            using var restored = await SampleHost.StartAsync(repository, Settings(scratch)).ConfigureAwait(false);
            using var plain = await SampleHost.StartAsync(
                repository, [$"--Plain={Path.GetFullPath(Path.Combine(repository, "models", $"{Model}.onnx"))}"])
                .ConfigureAwait(false);
            await LoadAsync(restored, image, 2).ConfigureAwait(false);
            await LoadAsync(plain, image, 2).ConfigureAwait(false);
            List<double> ours = [], theirs = [];
            var failures = 0;
            for (var round = 0; round < Rounds; round++)
            {
                failures += await RoundAsync(restored, ours).ConfigureAwait(false);
                failures += await RoundAsync(plain, theirs).ConfigureAwait(false);
            }

            var ratio = Middle.Of(ours.Zip(theirs, (x, y) => x / y));
            Console.WriteLine(
                $"{Clients} clients, {seconds} s on each host in {Rounds} turns: restored "
                + $"{Middle.Of(ours):F0} requests a second, plain {Middle.Of(theirs):F0}, ratio {ratio:F3}; "
                + $"{failures} failed");
            var load = LoadAsync(restored, image, (Reloads + 1) * 2);
            for (var i = 0; i < Reloads; i++)
            {
                await Task.Delay(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
                Replace(Path.Combine(scratch, $"{Model}.obfuscated.onnx"));
            }

            var (runs, failed) = await load.ConfigureAwait(false);
            using var client = new HttpClient { BaseAddress = restored.Address };
            var opens = (await client.GetStringAsync("/metrics").ConfigureAwait(false)).Split('\n')
                .First(line => line.StartsWith("onnxsplitter_model_opens_total", StringComparison.Ordinal));
            Console.WriteLine(
                $"{Reloads} reloads under load: {runs} requests, {failed} failed, opens {opens.Split(' ')[^1]}");
            return failures + failed == 0 ? 0 : 1;

            async Task<int> RoundAsync(SampleHost host, List<double> rates)
            {
                var span = seconds / Rounds;
                var (count, bad) = await LoadAsync(host, image, span).ConfigureAwait(false);
                rates.Add(count / span);
                return bad;
            }
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static string[] Settings(string folder) =>
    [
        $"--Models:Classifier:Model={folder}/{Model}.obfuscated.onnx",
        $"--Models:Classifier:Secrets={folder}/{Model}.secrets.p7m",
        $"--Models:Classifier:Trust={folder}/vendor.crt",
        $"--Models:Classifier:Identity={folder}/device.pem",
        "--Models:Classifier:ReloadInterval=00:00:00.2",
    ];

    private static async Task<(int Runs, int Failed)> LoadAsync(SampleHost host, byte[] image, double seconds)
    {
        var started = Stopwatch.GetTimestamp();
        int runs = 0, failed = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            using var client = new HttpClient { BaseAddress = host.Address };
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
            {
                using var body = new ByteArrayContent(image);
                using var answer = await client.PostAsync("/classify", body).ConfigureAwait(false);
                Interlocked.Increment(ref runs);
                if (!answer.IsSuccessStatusCode) Interlocked.Increment(ref failed);
            }
        })).ConfigureAwait(false);
        return (runs, failed);
    }

    /// <summary>Puts a copy in a file's place, as a deployment would.</summary>
    private static void Replace(string path)
    {
        File.WriteAllBytes(path + ".new", File.ReadAllBytes(path));
        File.Move(path + ".new", path, overwrite: true);
    }
}
