using System.Globalization;
using OnnxSplitter.Benchmarks.Measuring;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Benchmarks.Hosts;

/// <summary>
/// What opening a protected model costs beside opening it plainly, and beside others' ways. Every open is a process of
/// its own; the ways take turns, and ratios are medians of those of the rounds.
/// </summary>
internal sealed class HostBenchmark
{
    private const int Few = 3;

    private readonly string _folder;
    private readonly int _rounds;
    private readonly string? _former;
    private readonly string _key;

    private HostBenchmark(string folder, int rounds, string? former)
    {
        (_folder, _rounds, _former) = (folder, rounds, former);
        _key = At("key.pem");
    }

    /// <summary>Makes the models, measures, prints a table, and deletes what was made.</summary>
    /// <param name="scratch">Where there is room for twice the large model.</param>
    /// <param name="gigabytes">Size of the large model's data file.</param>
    /// <param name="rounds">How often each way is taken.</param>
    /// <param name="inline">A model of one file, of float32 weights; null for none.</param>
    /// <param name="former">
    /// Folder of another build's <c>OnnxSplitter.Runtime.dll</c> that has <c>OpenSession</c>; null for none.
    /// </param>
    /// <returns>Exit code: 0.</returns>
    public static int Run(string scratch, double gigabytes, int rounds, string? inline, string? former)
    {
        var folder =
            Directory.CreateDirectory(Path.Combine(scratch, $"onnxsplitter-hosts-{Guid.NewGuid():N}")).FullName;
        try
        {
            new HostBenchmark(folder, rounds, former).Measure(gigabytes, inline);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Measure(double gigabytes, string? inline)
    {
        using var key = KeyFiles.Create("benchmarks");
        KeyFiles.WritePem(key, _key, At("key.crt"), overwrite: false);
        foreach (var (name, size) in new[] { ("small", 0.001), ("large", gigabytes) })
        {
            var model = LargeModel.Write(Directory.CreateDirectory(At(name)).FullName, size);
            ProtectedFolder.Seal(model, Few, key, At($"{name}/few.p7m"));
            ProtectedFolder.Seal(model, int.MaxValue, key, At($"{name}/all.p7m"));
            ProtectedFolder.Encrypt(At($"{name}/{LargeModel.DataFile}"), At($"{name}/{LargeModel.DataFile}.aes"),
                HostRun.AesKey);
        }

        CheckOutputs(key);
        Console.WriteLine(Text(
            $"data file of {new FileInfo(At($"large/{LargeModel.DataFile}")).Length / 1e9:f2} GB, ")
            + $"{Environment.ProcessorCount} processors, medians of {_rounds} rounds; memory is private, without pages "
            + "of files");
        Console.WriteLine();
        Console.WriteLine("| open | ms | x plain | private MB | more than plain, MB | run x plain |");
        Console.WriteLine("|---|---|---|---|---|---|");
        string[] ways = _former is null ? [] : [_former];
        Compare("not packed, 3 tensors", "plain", "large", "few.p7m",
            ["restored", "restored-before", "restored-never", "decrypted", .. ways]);
        Compare("not packed, all tensors", "plain", "large", "all.p7m", ["restored-never", "written", .. ways]);
        Compare("packed, 3 tensors", "packed", "large", "few.p7m",
            ["restored", "restored-before", "restored-never", "decrypted", .. ways]);
        if (inline is null) return;
        foreach (var name in new[] { "small", "large" })
        {
            Directory.CreateDirectory(At($"inline/{name}"));
            File.Copy(inline, At($"inline/{name}/large.onnx"));
            ProtectedFolder.Seal(inline, Few, key, At($"inline/{name}/few.p7m"));
            ProtectedFolder.Encrypt(inline, At($"inline/{name}/large.onnx.aes"), HostRun.AesKey);
        }

        Compare(Path.GetFileNameWithoutExtension(inline), "packed", "inline/large", "few.p7m",
            ["restored", "decrypted", .. ways]);
    }

    /// <summary>Of the restored file and of what was restored in memory, outputs are the same, bit for bit.</summary>
    private void CheckOutputs(System.Security.Cryptography.X509Certificates.X509Certificate2 key)
    {
        foreach (var secrets in new[] { "few.p7m", "all.p7m" })
        {
            Directory.CreateDirectory(At("back"));
            using (var opened = Secrets.Envelope.SecretsEnvelope.Open(File.ReadAllBytes(At($"large/{secrets}")), key,
                key))
                ModelRestorer.RestoreToFile(At("large/large.onnx"), opened, At("back/large.onnx"), overwrite: false);
            var expected = Once("plain", "packed", At("back/large.onnx"), At("large/few.p7m"));
            var restored = Once("restored", "packed", At("large/large.onnx"), At($"large/{secrets}"));
            if (expected.Outputs != restored.Outputs)
                throw new InvalidOperationException($"Outputs differ with {secrets}.");
            Directory.Delete(At("back"), recursive: true);
        }
    }

    private void Compare(string what, string packing, string folder, string secrets, string[] ways)
    {
        var (model, file) = (At($"{folder}/large.onnx"), At($"{folder}/{secrets}"));
        string[] all = ["plain", .. ways];
        var taken = all.ToDictionary(way => way, _ => new List<Figures>(), StringComparer.Ordinal);
        for (var round = 0; round < _rounds; round++)
            foreach (var way in round % 2 == 0 ? all : all.Reverse())
                taken[way].Add(Once(way, packing, model, file));
        var plain = taken["plain"];
        foreach (var way in all)
        {
            var own = taken[way];
            double Ratio(Func<Figures, double> of) => Middle.Of(own.Zip(plain, (one, other) => of(one) / of(other)));
            var memory = Middle.Of(own.Select(one => one.PrivateBytes));
            Console.WriteLine(
                Text($"| {what}: {(way == _former ? "former build" : way)} ")
                + Text($"| {Middle.Of(own.Select(one => one.Open)):f0} ")
                + Text($"| {Ratio(one => one.Open):f2} | {memory / 1e6:f0} ")
                + Text($"| {(memory - Middle.Of(plain.Select(one => one.PrivateBytes))) / 1e6:f0} ")
                + Text($"| {Ratio(one => one.Run):f2} |"));
        }
    }

    private Figures Once(string way, string packing, string model, string secrets)
    {
        var small = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(model))!, "small");
        if (!Directory.Exists(small)) small = At("small");
        var parts = MeasuredProcess.Run("dotnet", typeof(HostBenchmark).Assembly.Location, "hosts-run", way, packing,
            _key, model, secrets, Path.Combine(small, "large.onnx"), Path.Combine(small, Path.GetFileName(secrets)))
            .Output.Trim().Split('\n')[^1].Split(' ');
        double Number(int i) => double.Parse(parts[i], CultureInfo.InvariantCulture);
        return new Figures(Number(0), Number(1), Number(2), parts[3]);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Figures(double Open, double PrivateBytes, double Run, string Outputs);
}
