using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// A file of a <see cref="FileCommit"/>, which lies under a temporary name beside its target until then.
/// </summary>
public sealed class StagedFile
{
    private readonly UnixFileMode? _mode;
    private FileStream? _stream;
    private SafeFileHandle? _lock;

    internal StagedFile(StagedName name, UnixFileMode? mode) => (Name, _mode) = (name, mode);

    /// <summary>The target's path, as it was given.</summary>
    public string Path => Name.Shown;

    /// <summary>Where the content lies until the commit.</summary>
    public string StagedPath => Name.StagedPath;

    internal StagedName Name { get; }

    /// <summary>Bytes that were written.</summary>
    public long Length { get; private set; }

    /// <summary>Writes the content, once, and waits until it is on the disk.</summary>
    /// <param name="write">Gets the new file, empty, readable and writable; it is closed afterwards.</param>
    /// <exception cref="OutputFailedException">Writing failed.</exception>
    public void Write(Action<FileStream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            var stream = _stream ?? Open();
            _stream = null;
            using (stream)
            {
                write(stream);
                Length = stream.Length;
                stream.Flush(flushToDisk: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileCommit.Failed(Path, e);
        }
    }

    /// <summary>Writes the content, once, and waits until it is on the disk.</summary>
    /// <param name="content">All of it.</param>
    /// <exception cref="OutputFailedException">Writing failed.</exception>
    public void Write(ReadOnlyMemory<byte> content) => Write(stream => stream.Write(content.Span));

    /// <summary>
    /// Makes the file now, so that a folder that refuses it does so before any work. It is locked until the end, by
    /// which <see cref="Leftovers"/> tells it from what a kill has left.
    /// </summary>
    internal void Make()
    {
        _stream = Open();
        _lock = File.OpenHandle(StagedPath, share: FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Ends the lock: the file has its name, or is gone.</summary>
    internal void Release() => _lock?.Dispose();

    /// <summary>Leaves the file empty if nothing was written.</summary>
    internal void Finish()
    {
        if (_stream is not null) Write(_ => { });
    }

    internal void Discard()
    {
        _stream?.Dispose();
        _stream = null;
        Release();
        if (Directory.Exists(System.IO.Path.GetDirectoryName(StagedPath))) File.Delete(StagedPath);
    }

    private FileStream Open()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
        if (_mode is not { } mode || OperatingSystem.IsWindows()) return new FileStream(StagedPath, options);

        // Never more than that, not for a moment; then all of it, of which the process's mask may have taken some.
        options.UnixCreateMode = mode;
        var stream = new FileStream(StagedPath, options);
        try
        {
            File.SetUnixFileMode(stream.SafeFileHandle, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file system that knows no modes.
        }

        return stream;
    }
}
