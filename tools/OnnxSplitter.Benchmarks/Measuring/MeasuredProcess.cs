using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace OnnxSplitter.Benchmarks.Measuring;

/// <summary>What a process took, from start to end.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="ProcessorSeconds">Time on all processors together.</param>
/// <param name="PeakBytes">The most memory that was resident; pages of mapped files count.</param>
internal sealed record MeasuredProcess(double Seconds, double ProcessorSeconds, long PeakBytes)
{
    // Peak and processor time only grow, so what is lost is the last moment's share.
    private const int SampleMilliseconds = 5;

    /// <summary>
    /// The most memory that was its own, without pages of files unless they were written to; 0 where the system does
    /// not tell.
    /// </summary>
    public long PrivateBytes { get; private init; }

    /// <summary>Its exit code.</summary>
    public int ExitCode { get; private init; }

    /// <summary>What it wrote on standard output.</summary>
    public string Output { get; private init; } = "";

    /// <summary>What it wrote on standard error.</summary>
    public string Error { get; private init; } = "";

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0.</exception>
    public static MeasuredProcess Run(string program, params IEnumerable<string> arguments) =>
        Any(program, arguments) is var ended && ended.ExitCode == 0
            ? ended
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with "
                + $"{ended.ExitCode}: {ended.Error}{ended.Output}");

    /// <summary>Runs a program to its end, whatever its exit code.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static MeasuredProcess Any(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var (peak, own, processor) = (0L, 0L, TimeSpan.Zero);
        do
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
                processor = process.TotalProcessorTime;
                own = Math.Max(own, PrivateOf(process.Id));
            }
            catch (Exception e) when (e is InvalidOperationException or Win32Exception or IOException)
            {
                // It ended between two looks.
            }
        }
        while (!process.WaitForExit(SampleMilliseconds));
        process.WaitForExit();
        var seconds = watch.Elapsed.TotalSeconds;
        return new MeasuredProcess(seconds, processor.TotalSeconds, peak)
        {
            ExitCode = process.ExitCode,
            PrivateBytes = own,
            Output = output.GetAwaiter().GetResult(),
            Error = error.GetAwaiter().GetResult(),
        };
    }

    /// <summary>A process's memory of its own, in bytes; 0 where the system does not tell.</summary>
    public static long PrivateOf(int process)
    {
        if (!OperatingSystem.IsLinux()) return 0;
        var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(
            line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return line is null ? 0 : 1024 * long.Parse(
            line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
