using System.Diagnostics;

namespace OnnxSplitter.Fuzz;

/// <summary>Tells when a command begins to write, and when it has written its commit's record.</summary>
internal sealed class WritingWatch : IDisposable
{
    private readonly FileSystemWatcher _watcher;
    private readonly ManualResetEventSlim _writing = new();
    private readonly ManualResetEventSlim _committing = new();

    public WritingWatch(string folder)
    {
        _watcher = new FileSystemWatcher(folder)
        {
            IncludeSubdirectories = true,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName,
        };
        _watcher.Created += (_, change) => Note(change.Name);
        _watcher.Renamed += (_, change) => Note(change.Name);
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Before a command starts.</summary>
    public void Reset()
    {
        _writing.Reset();
        _committing.Reset();
    }

    /// <summary>Waits for a command's moment.</summary>
    /// <param name="process">The command.</param>
    /// <param name="commit">Whether for the record, or for the first temporary file.</param>
    public void Wait(Process process, bool commit)
    {
        var moment = commit ? _committing : _writing;
        while (!moment.Wait(1) && !process.HasExited)
        {
        }
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _writing.Dispose();
        _committing.Dispose();
    }

    private void Note(string? name)
    {
        if (name is null) return;
        if (name.EndsWith(".tmp", StringComparison.Ordinal)) _writing.Set();
        if (name.Contains("-commit", StringComparison.Ordinal)) _committing.Set();
    }
}
