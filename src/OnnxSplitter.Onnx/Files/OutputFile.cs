namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// A file that appears whole or not at all: written under a temporary name beside its target, flushed to the disk,
/// then renamed.
/// </summary>
/// <remarks>Disposing without <see cref="Commit"/> removes the temporary file; a kill leaves only that file.</remarks>
public sealed class OutputFile : IDisposable
{
    private readonly string _temporary;
    private readonly bool _overwrite;
    private bool _committed;

    private OutputFile(string path, string temporary, bool overwrite, FileStream stream)
    {
        Path = path;
        _temporary = temporary;
        _overwrite = overwrite;
        Stream = stream;
    }

    /// <summary>The target's path.</summary>
    public string Path { get; }

    /// <summary>The open temporary file. Owned by this object.</summary>
    public FileStream Stream { get; }

    /// <summary>Opens a new output.</summary>
    /// <param name="path">The target.</param>
    /// <param name="overwrite">Whether an existing target may be replaced.</param>
    /// <param name="mode">Access mode of the new file, on systems that have one; null for the usual one.</param>
    /// <exception cref="OutputExistsException">The target exists and may not be replaced, or is a folder.</exception>
    /// <exception cref="OutputFailedException">The folder cannot be written to.</exception>
    public static OutputFile Create(string path, bool overwrite, UnixFileMode? mode = null)
    {
        Refuse(path, overwrite);
        var full = System.IO.Path.GetFullPath(path);
        var temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
            if (mode is { } value && !OperatingSystem.IsWindows()) options.UnixCreateMode = value;
            return new OutputFile(path, temporary, overwrite, new FileStream(temporary, options));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
    }

    /// <summary>Throws if <paramref name="path"/> exists and may not be replaced, without touching anything.</summary>
    /// <exception cref="OutputExistsException">It exists.</exception>
    public static void Refuse(string path, bool overwrite)
    {
        if (Directory.Exists(path))
            throw new OutputExistsException($"{path} is a folder.", "Name a file.");
        if (!overwrite && File.Exists(path))
            throw new OutputExistsException($"{path} exists.", "Choose another name, or pass --force to replace it.");
    }

    /// <summary>Makes the output visible under its own name.</summary>
    /// <exception cref="OutputFailedException">The disk is full or the rename failed.</exception>
    /// <exception cref="OutputExistsException">Somebody else made the target meanwhile.</exception>
    public void Commit()
    {
        try
        {
            Stream.Flush(flushToDisk: true);
            Stream.Dispose();
            File.Move(_temporary, System.IO.Path.GetFullPath(Path), _overwrite);
            _committed = true;
        }
        catch (IOException) when (!_overwrite && File.Exists(Path))
        {
            throw new OutputExistsException($"{Path} exists.", "Choose another name, or pass --force to replace it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(Path, e);
        }
    }

    /// <summary>Runs what writes to <see cref="Stream"/>, turning the system's errors into this project's.</summary>
    /// <exception cref="OutputFailedException">Writing failed.</exception>
    public void Write(Action<FileStream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            write(Stream);
            Stream.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(Path, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_committed) return;
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // What could not be flushed is about to be deleted.
        }

        File.Delete(_temporary);
    }

    internal static OutputFailedException Failed(string path, Exception e) =>
        new($"{path} can't be written: {e.Message}", "Check the folder's permissions and free space.", e);
}
