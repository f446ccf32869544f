using System.Globalization;
using OnnxSplitter.Benchmarks.Hosts;
using OnnxSplitter.Benchmarks.Measuring;

namespace OnnxSplitter.Benchmarks;

/// <summary>
/// What protecting and restoring a large model by a key takes, beside copying and encrypting its files, and what
/// opening it takes, beside decrypting a copy. Every command is a process of its own; commands that are compared take
/// turns.
/// </summary>
internal sealed class KeyedBenchmark
{
    private const double MostOfSlower = 1.2;
    private const int MostMegabytes = 100;
    private const double MostOfDecrypted = 0.7;
    private const double MostOfDecryptedMemory = 0.5;

    private static readonly string[] Rules = ["sign", "mantissa", "shuffle", "mantissa,shuffle"];

    private readonly string _folder;
    private readonly int _rounds;
    private readonly TextWriter _output;

    private KeyedBenchmark(string folder, int rounds, TextWriter output) =>
        (_folder, _rounds, _output) = (folder, rounds, output);

    /// <summary>Makes the model, measures, prints tables, and deletes what was made.</summary>
    /// <param name="parent">Where there is room for four times the model.</param>
    /// <param name="gigabytes">Size of the model.</param>
    /// <param name="rounds">How often each command is run.</param>
    /// <param name="output">Gets the tables.</param>
    /// <returns>Exit code: 0.</returns>
    public static int Run(string parent, double gigabytes, int rounds, TextWriter output)
    {
        var folder = Directory.CreateDirectory(Path.Combine(parent, $"onnxsplitter-keyed-{Guid.NewGuid():N}")).FullName;
        try
        {
            new KeyedBenchmark(folder, rounds, output).Measure(gigabytes);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Measure(double gigabytes)
    {
        foreach (var name in (string[])["vendor", "device"]) OnnxSplit("keygen", At(name));
        var model = LargeModel.Write(Directory.CreateDirectory(At("plain")).FullName, gigabytes);
        var bytes = new FileInfo(At($"plain/{LargeModel.DataFile}")).Length;
        _output.WriteLine(Text($"data file of {bytes / 1e9:f2} GB, {Environment.ProcessorCount} processors, medians ")
            + Text($"of {_rounds} rounds; seconds until all is on the disk; private memory, without pages of files"));
        _output.WriteLine();
        _output.WriteLine(
            Text($"| command | seconds | x the slower of cp and openssl | processor seconds | private MB | goals: ")
            + Text($"{MostOfSlower} x for sign and mantissa, {MostMegabytes} MB |"));
        _output.WriteLine("|---|---|---|---|---|---|");
        Compare("protect", _ => "plain", rule => OnnxSplit("protect", model, "--strategy", "keyed", "--rule", rule,
            "--no-evaluation", "-r", At("device.crt"), "--signer", At("vendor.pem"), "--force",
            "-o", InFolder($"shipped-{rule}"), "-s", At($"{rule}.p7m")));
        Compare("restore", rule => $"shipped-{rule}", rule => OnnxSplit(
            "restore", At($"shipped-{rule}/large.onnx"), "-s", At($"{rule}.p7m"), "-i", At("device.pem"),
            "--trust", At("vendor.crt"), "--force", "-o", InFolder("restored")));
        Open(gigabytes);
    }

    /// <summary>Compares commands, each of which finds its file in the system's cache.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="folder">Where the file lies that it is done to, by rule.</param>
    /// <param name="run">Does it, by rule.</param>
    private void Compare(string what, Func<string, string> folder, Func<string, MeasuredProcess> run)
    {
        var first = folder(Rules[0]);
        var taken = Rules.Prepend("openssl").Prepend("cp").ToDictionary(
            name => name, _ => new List<MeasuredProcess>(), StringComparer.Ordinal);
        for (var round = 0; round < _rounds; round++)
        {
            taken["cp"].Add(Written(LargeModel.DataFile,
                file => MeasuredProcess.Run("cp", Cached(first), file)));
            taken["openssl"].Add(Written(LargeModel.DataFile, file => Encrypt(first, file)));
            foreach (var rule in Rules)
            {
                Cached(folder(rule));
                taken[rule].Add(run(rule));
            }
        }

        var slower = Math.Max(Median(taken["cp"]).Seconds, Median(taken["openssl"]).Seconds);
        foreach (var (name, all) in taken)
        {
            var took = Median(all);
            var (times, megabytes) = (took.Seconds / slower, took.PrivateBytes / 1e6);
            var goals = !Rules.Contains(name) ? "" : Text($"{MostMegabytes} MB: {Met(megabytes < MostMegabytes)}")
                + (name.Contains("shuffle", StringComparison.Ordinal) ? ""
                    : Text($"; {MostOfSlower} x: {Met(times <= MostOfSlower)}"));
            var shown = name switch
            {
                "cp" => "cp, sync",
                "openssl" => "openssl enc -aes-256-ctr, sync",
                _ => $"{what} {name}",
            };
            _output.WriteLine(
                Text($"| {shown} | {took.Seconds:f2} | {times:f2} ")
                + Text($"| {took.ProcessorSeconds:f1} | {megabytes:f0} | {goals} |"));
        }
    }

    private void Open(double gigabytes)
    {
        var small = LargeModel.Write(Directory.CreateDirectory(At("small")).FullName, Math.Min(gigabytes, 0.001));
        File.Copy(At("vendor.pem"), At("both.pem"));
        foreach (var (name, path) in new[] { ("plain", At("plain/large.onnx")), ("small", small) })
        {
            OnnxSplit("protect", path, "--strategy", "keyed", "--rule", "mantissa", "--no-evaluation", "--force",
                "-r", At("vendor.crt"), "--signer", At("vendor.pem"), "-o", InFolder($"open-{name}"),
                "-s", At($"{name}.p7m"));
            Encrypt(name, At($"open-{name}/{LargeModel.DataFile}.ctr"));
        }

        _output.WriteLine();
        _output.WriteLine(Text($"| open | packing | ms | x counter | private MB | x counter | peak private MB | ")
            + Text($"x counter | goals: {MostOfDecrypted} x the time, {MostOfDecryptedMemory} x the memory |"));
        _output.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var packing in new[] { "plain", "packed" }) Open(packing);
    }

    private void Open(string packing)
    {
        string[] ways = ["counter", "counter-borrowed", "restored", "restored-never"];
        var taken = ways.ToDictionary(way => way, _ => new List<(double Ms, double Own, double Peak)>(),
            StringComparer.Ordinal);
        for (var round = 0; round < _rounds; round++)
            foreach (var way in ways)
            {
                var process = MeasuredProcess.Run("dotnet", typeof(KeyedBenchmark).Assembly.Location, "hosts-run", way,
                    packing, At("both.pem"), At("open-plain/large.onnx"), At("plain.p7m"), At("open-small/large.onnx"),
                    At("small.p7m"));
                var parts = process.Output.Trim().Split('\n')[^1].Split(' ');
                taken[way].Add((Number(parts[0]), Number(parts[1]), process.PrivateBytes));
            }

        (double Ms, double Own, double Peak) Of(string way) => (Middle.Of(taken[way].Select(one => one.Ms)),
            Middle.Of(taken[way].Select(one => one.Own)), Middle.Of(taken[way].Select(one => one.Peak)));
        var counter = Of("counter");
        foreach (var way in ways)
        {
            var own = Of(way);
            var goals = way != "restored" ? ""
                : Text($"time: {Met(own.Ms <= MostOfDecrypted * counter.Ms)}; memory: ")
                    + Met(Math.Round(own.Peak / counter.Peak, 2) <= MostOfDecryptedMemory);
            _output.WriteLine(
                Text($"| {way} | {packing} | {own.Ms:f0} | {own.Ms / counter.Ms:f2} | {own.Own / 1e6:f0} ")
                + Text($"| {own.Own / counter.Own:f2} | {own.Peak / 1e6:f0} ")
                + Text($"| {own.Peak / counter.Peak:f2} | {goals} |"));
        }
    }

    private MeasuredProcess Encrypt(string folder, string file) => MeasuredProcess.Run("openssl", "enc",
        "-aes-256-ctr", "-K", Convert.ToHexString(HostRun.AesKey), "-iv", new string('0', 32),
        "-in", At($"{folder}/{LargeModel.DataFile}"), "-out", file);

    /// <summary>Writes a file, waits until it is on the disk, and deletes it.</summary>
    private MeasuredProcess Written(string name, Func<string, MeasuredProcess> write)
    {
        var file = Path.Combine(Directory.CreateDirectory(At("copy")).FullName, name);
        var (written, synced) = (write(file), MeasuredProcess.Run("sync", file));
        Directory.Delete(At("copy"), recursive: true);
        return written with { Seconds = written.Seconds + synced.Seconds };
    }

    /// <summary>Reads a folder's data file, which may have been written past the cache.</summary>
    private string Cached(string folder)
    {
        using var file = File.OpenRead(At($"{folder}/{LargeModel.DataFile}"));
        file.CopyTo(Stream.Null, 1 << 20);
        return file.Name;
    }

    private string InFolder(string name) => Path.Combine(Directory.CreateDirectory(At(name)).FullName, "large.onnx");

    private string At(string name) => Path.Combine(_folder, name);

    private static MeasuredProcess OnnxSplit(params string[] arguments) =>
        MeasuredProcess.Run("dotnet", [Path.Combine(AppContext.BaseDirectory, "OnnxSplitter.Cli.dll"), .. arguments]);

    private static MeasuredProcess Median(List<MeasuredProcess> all) =>
        all.OrderBy(took => took.Seconds).ElementAt(all.Count / 2);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Met(bool met) => met ? "met" : "not met";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
