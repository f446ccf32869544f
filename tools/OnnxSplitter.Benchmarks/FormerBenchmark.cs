using System.Globalization;
using OnnxSplitter.Benchmarks.House;
using OnnxSplitter.Benchmarks.Measuring;

namespace OnnxSplitter.Benchmarks;

/// <summary>
/// Commands of another build of this project beside this one's: they take turns, the one that begins too, so that a
/// busy machine slows both. Of each, the median; of both, the median of the rounds' ratios.
/// </summary>
/// <param name="former">The other build's command-line program.</param>
/// <param name="folder">For what the commands write.</param>
internal sealed class FormerBenchmark(string former, string folder)
{
    private const double Most = 1.03;
    private const int Rounds = 5;

    // Reached after a few rounds of a search: enough to time, and soon over.
    private const string ProtectedAccuracy = "0.85";

    private int _runs;

    /// <summary>This build's command-line program.</summary>
    public static string Present { get; } = Path.Combine(AppContext.BaseDirectory, "OnnxSplitter.Cli.dll");

    /// <summary>That of a repository that has been built.</summary>
    /// <param name="repository">Its root.</param>
    public static string ProgramOf(string repository) =>
        ProjectFolder.All(repository).Single(project => project.Name == "OnnxSplitter.Cli").BuiltAssembly()
        ?? throw new InvalidOperationException($"{repository} has not been built.");

    /// <summary>Measures, prints a table, and deletes what was made.</summary>
    /// <param name="repository">Root of the other build's repository.</param>
    /// <param name="scratch">Where there is room for four times the large model.</param>
    /// <param name="gigabytes">Size of the large model that is restored; 0 for none.</param>
    /// <param name="model">
    /// A model to protect by a search, its calibration and its evaluation data; empty for none.
    /// </param>
    /// <returns>Exit code: 0.</returns>
    public static int Run(string repository, string scratch, double gigabytes, string[] model)
    {
        var program = ProgramOf(repository);
        var folder =
            Directory.CreateDirectory(Path.Combine(scratch, $"onnxsplitter-former-{Guid.NewGuid():N}")).FullName;
        try
        {
            Console.WriteLine("| command | seconds: former, now | ratio | peak MB: former, now | ratio | goal |");
            Console.WriteLine("|---|---|---|---|---|---|");
            var benchmark = new FormerBenchmark(program, folder);
            benchmark.Compare("demo", place => ["demo", "--directory", place]);
            benchmark.Keys();
            if (model is [var path, var calibration, var evaluation]) benchmark.Protect(path, calibration, evaluation);
            if (gigabytes > 0) benchmark.Restore(gigabytes);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Both builds' results, round by round; the one that begins changes.</summary>
    /// <param name="rounds">How many.</param>
    /// <param name="former">Runs the other build.</param>
    /// <param name="now">Runs this one.</param>
    public static (T Former, T Now)[] InTurn<T>(int rounds, Func<T> former, Func<T> now) =>
    [
        .. Enumerable.Range(0, rounds).Select(round =>
        {
            if (round % 2 == 0) return (Former: former(), Now: now());
            var first = now();
            return (Former: former(), Now: first);
        }),
    ];

    private void Keys()
    {
        foreach (var name in (string[])["vendor", "device"]) OnnxSplit(Present, "keygen", At(name));
    }

    private void Protect(string path, string calibration, string evaluation) => Compare(
        $"protect {Path.GetFileNameWithoutExtension(path)}",
        place => [
            "protect", path, "-r", At("device.crt"), "--signer", At("vendor.pem"), "--data", calibration, "--evaluate",
                evaluation,
            "--target-accuracy", ProtectedAccuracy, "-o", Path.Combine(place, "out.onnx"), "-s",
            Path.Combine(place, "out.p7m"),
        ]);

    private void Restore(double gigabytes)
    {
        var model = LargeModel.Write(folder, gigabytes);
        var shipped = Path.Combine(Directory.CreateDirectory(At("shipped")).FullName, Path.GetFileName(model));
        OnnxSplit(Present, "protect", model, "--strategy", "random", "--max-weights", "1000", "--no-evaluation",
            "-r", At("device.crt"), "--signer", At("vendor.pem"), "-o", shipped, "-s", At("shipped.p7m"));
        Compare(Text($"restore {gigabytes} GB"), place => [
            "restore", shipped, "-s", At("shipped.p7m"), "-i", At("device.pem"), "--trust", At("vendor.crt"),
            "-o", Path.Combine(place, "back.onnx"),
        ]);
    }

    private void Compare(string name, Func<string, string[]> arguments)
    {
        var rounds = InTurn(Rounds, () => Once(former, arguments), () => Once(Present, arguments));
        var seconds = Middle.Of(rounds.Select(round => round.Now.Seconds / round.Former.Seconds));
        var memory = Middle.Of(rounds.Select(round => (double)round.Now.PeakBytes / round.Former.PeakBytes));
        var (before, now) = (Shown(rounds.Select(x => x.Former)), Shown(rounds.Select(x => x.Now)));
        Console.WriteLine(Text($"| {name} | {before.Seconds:f2}, {now.Seconds:f2} | {seconds:f3} ")
            + Text($"| {before.Megabytes:f0}, {now.Megabytes:f0} | {memory:f3} ")
            + Text($"| {Most}: {(seconds <= Most && memory <= Most ? "met" : "not met")} |"));
    }

    private static (double Seconds, double Megabytes) Shown(IEnumerable<MeasuredProcess> all) =>
        (Middle.Of(all.Select(one => one.Seconds)), Middle.Of(all.Select(one => one.PeakBytes / 1e6)));

    private MeasuredProcess Once(string program, Func<string, string[]> arguments)
    {
        var place = Directory.CreateDirectory(At($"run{_runs++}")).FullName;
        var took = OnnxSplit(program, arguments(place));
        Directory.Delete(place, recursive: true);
        return took;
    }

    private string At(string name) => Path.Combine(folder, name);

    private static MeasuredProcess OnnxSplit(string program, params string[] arguments) =>
        MeasuredProcess.Run("dotnet", [program, .. arguments]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
