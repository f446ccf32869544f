using System.Diagnostics;

namespace OnnxSplitter.Benchmarks.Hosts;

/// <summary>samples/ImageHost as a process of its own.</summary>
internal sealed class SampleHost : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private Task _rest = Task.CompletedTask;

    private SampleHost(Process process) => _process = process;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="repository">Root of a clone that was built.</param>
    /// <param name="settings">As on its command line.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<SampleHost> StartAsync(
        string repository, IEnumerable<string> settings, CancellationToken cancellation = default)
    {
        var project = Path.GetFullPath(Path.Combine(repository, "samples", "ImageHost"));
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var host = new SampleHost(Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(project, "bin", configuration, "net10.0", "ImageHost.dll"), .. settings])
        {
            UseShellExecute = false,
            WorkingDirectory = project,
            RedirectStandardOutput = true,
        })!);
        try
        {
            await host.ListenAsync(cancellation).ConfigureAwait(false);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _rest.Wait();
        _process.Dispose();
    }

    private async Task ListenAsync(CancellationToken cancellation)
    {
        List<string> said = [];
        while (await _process.StandardOutput.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            said.Add(line);
            var at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at < 0) continue;
            Address = new Uri(line[(at + Listening.Length)..]);

            // Else it would wait for a reader.
            _rest = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return;
        }

        throw new InvalidOperationException("The sample host ended: " + string.Join('\n', said));
    }
}
