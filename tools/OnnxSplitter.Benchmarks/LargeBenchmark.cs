using System.Globalization;
using OnnxSplitter.Benchmarks.Measuring;

namespace OnnxSplitter.Benchmarks;

/// <summary>
/// What the commands that never run a model take on a large one, beside copying its files. Every command is a process
/// of its own, whose peak memory the system tells.
/// </summary>
internal sealed class LargeBenchmark(string folder)
{
    private const int MostMegabytes = 300;
    private const double MostOfCopy = 1.3;
    private const int Rounds = 3;

    /// <summary>Makes the model, measures, prints a table, and deletes what was made.</summary>
    /// <param name="parent">Where there is room for three times the model.</param>
    /// <param name="gigabytes">Size of the model.</param>
    /// <returns>Exit code: 0.</returns>
    public static int Run(string parent, double gigabytes)
    {
        var folder = Directory.CreateDirectory(Path.Combine(parent, $"onnxsplitter-large-{Guid.NewGuid():N}")).FullName;
        try
        {
            new LargeBenchmark(folder).Measure(LargeModel.Write(folder, gigabytes));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Measure(string model)
    {
        foreach (var name in (string[])["vendor", "device"]) OnnxSplit("keygen", At(name));
        var shipped = Path.Combine(Directory.CreateDirectory(At("shipped")).FullName, Path.GetFileName(model));
        string[] keys = ["-s", At("shipped.p7m"), "-i", At("device.pem"), "--trust", At("vendor.crt")];
        var rows = new List<(string Name, MeasuredProcess Took)>
        {
            ("protect", OnnxSplit("protect", model, "--strategy", "random", "--max-weights", "1000", "--no-evaluation",
                "-r", At("device.crt"), "--signer", At("vendor.pem"), "-o", shipped, "-s", At("shipped.p7m"))),
        };

        // Copies and restored models take turns, so that a busy machine slows both; of each, the median.
        var (copies, restored) = (new List<MeasuredProcess>(), new List<MeasuredProcess>());
        for (var round = 0; round < Rounds; round++)
        {
            copies.Add(Copy(Path.GetDirectoryName(shipped)!));
            var back = Path.Combine(Directory.CreateDirectory(At("restored")).FullName, "back.onnx");
            restored.Add(OnnxSplit(["restore", shipped, .. keys, "-o", back]));
            Directory.Delete(At("restored"), recursive: true);
        }

        rows.Add(("restore", Median(restored)));
        rows.Add(("inspect", OnnxSplit("inspect", model)));
        rows.Add(("onnxsplit-check", Run("onnxsplit-check.dll", [shipped, .. keys, "--no-session"])));
        Print(new FileInfo(Path.Combine(folder, "weights.bin")).Length, Median(copies), rows);
    }

    private static void Print(long bytes, MeasuredProcess copy, IEnumerable<(string Name, MeasuredProcess Took)> rows)
    {
        Console.WriteLine(
            Text($"weights of {bytes / 1e9:f2} GB in a data file, {Environment.ProcessorCount} processors, ")
            + Text($"peak memory of each process; cp, sync and restore: medians of {Rounds}"));
        Console.WriteLine();
        Console.WriteLine("| command | seconds | x cp | processor seconds | peak MB | goals |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var (name, took) in rows.Prepend(("cp, sync", copy)))
        {
            var (times, megabytes) = (took.Seconds / copy.Seconds, took.PeakBytes >> 20);
            var goals = name == "cp, sync" ? "" : Text($"{MostMegabytes} MB: {Met(megabytes < MostMegabytes)}");
            if (name == "restore") goals += Text($"; {MostOfCopy} x cp: {Met(times <= MostOfCopy)}");
            Console.WriteLine(Text($"| {name} | {took.Seconds:f1} | {times:f2} | {took.ProcessorSeconds:f1} ")
                + Text($"| {megabytes} | {goals} |"));
        }
    }

    /// <summary>Copies a folder's files and waits until they are on the disk, as restored ones are.</summary>
    private MeasuredProcess Copy(string from)
    {
        Directory.CreateDirectory(At("copy"));
        var copied = MeasuredProcess.Run("cp", [.. Directory.GetFiles(from), At("copy")]);
        var synced = MeasuredProcess.Run("sync", Directory.GetFiles(At("copy")));
        Directory.Delete(At("copy"), recursive: true);
        return new MeasuredProcess(copied.Seconds + synced.Seconds, copied.ProcessorSeconds + synced.ProcessorSeconds,
            Math.Max(copied.PeakBytes, synced.PeakBytes));
    }

    private string At(string name) => Path.Combine(folder, name);

    private static MeasuredProcess OnnxSplit(params string[] arguments) => Run("OnnxSplitter.Cli.dll", arguments);

    private static MeasuredProcess Run(string program, string[] arguments) =>
        MeasuredProcess.Run("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments]);

    private static MeasuredProcess Median(List<MeasuredProcess> all) =>
        all.OrderBy(took => took.Seconds).ElementAt(all.Count / 2);

    private static string Met(bool met) => met ? "met" : "not met";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
