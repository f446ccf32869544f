using System.Diagnostics;
using OnnxSplitter.Benchmarks.Measuring;

namespace OnnxSplitter.Benchmarks.Secured;

/// <summary>A trusted process, for as long as this lives.</summary>
internal sealed class SecureWorldProcess : IDisposable
{
    private readonly Process _process;

    private SecureWorldProcess(Process process, double seconds) => (_process, StartSeconds) = (process, seconds);

    /// <summary>Until it served.</summary>
    public double StartSeconds { get; }

    /// <summary>Bytes of its own that are in memory.</summary>
    public long PrivateBytes => MeasuredProcess.PrivateOf(_process.Id);

    /// <summary>Starts it, and waits until it serves.</summary>
    /// <param name="program">The published program; null for the one that was built with this.</param>
    /// <param name="arguments">Its arguments.</param>
    public static SecureWorldProcess Start(string? program, params string[] arguments)
    {
        var start = program is null
            ? new ProcessStartInfo(
                "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "onnxsplit-secure.dll"), .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.RedirectStandardOutput = true;
        var begun = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        if (process.StandardOutput.ReadLine()?.StartsWith("serving ", StringComparison.Ordinal) == true)
            return new SecureWorldProcess(process, Stopwatch.GetElapsedTime(begun).TotalSeconds);
        process.WaitForExit();
        throw new InvalidOperationException($"onnxsplit-secure ended with {process.ExitCode}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
