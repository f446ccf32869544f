using System.ComponentModel;
using System.Diagnostics;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>
/// A command of the system's shell, whose output is read. What of it still runs when this is disposed is ended.
/// </summary>
internal sealed class RunningCommand : IDisposable
{
    private readonly Process _process;
    private readonly Stream _output;

    /// <param name="command">What the shell is given.</param>
    /// <exception cref="Win32Exception">There is no shell, or it can't be started.</exception>
    public RunningCommand(string command)
    {
        // Windows takes the quotes around it off, and what is within as it is.
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(Path.Combine(Environment.SystemDirectory, "cmd.exe"), $"/d /s /c \"{command}\"")
            : new ProcessStartInfo("/bin/sh", ["-c", command]);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.UseShellExecute = false;
        _process = Process.Start(start)!;

        // Without the reader around it, which would keep a copy.
        _output = _process.StandardOutput.BaseStream;
        _process.StandardInput.Close();
    }

    /// <summary>Reads until the output's end or until no more fits.</summary>
    /// <param name="buffer">Gets the output.</param>
    /// <param name="limit">Until when.</param>
    /// <returns>How many bytes, and if more would have fit, the exit code.</returns>
    /// <exception cref="OperationCanceledException">It has not ended, or its output has not.</exception>
    public (int Count, int Code) Read(byte[] buffer, CancellationToken limit)
    {
        // A read that waits for a pipe which a grandchild keeps open ends by its token alone.
        var count = _output.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, limit)
            .AsTask().GetAwaiter().GetResult();
        if (count == buffer.Length) return (count, 0);
        _process.WaitForExitAsync(limit).GetAwaiter().GetResult();
        return (count, _process.ExitCode);
    }

    /// <summary>Ends it, and closes the pipe.</summary>
    public void Dispose()
    {
        try
        {
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself, or runs as another user; all that it can still print to is closed now.
        }

        _output.Dispose();
        _process.Dispose();
    }
}
