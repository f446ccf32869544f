namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// A model's files, which appear whole and together or not at all: written under their own names into a folder beside the
/// target, flushed to the disk, then moved.
/// </summary>
/// <remarks>
/// The names of data files stand inside the <c>.onnx</c> file, so they are the same wherever the model is: the folder of the
/// output gets them too. Disposing without <see cref="Commit"/> leaves nothing; a kill leaves only the folder.
/// </remarks>
public sealed class ModelOutput : IDisposable
{
    private readonly string _folder;
    private readonly string _target;
    private readonly string[] _names;
    private readonly bool _overwrite;
    private readonly bool _madeFolder;

    private ModelOutput(string path, string[] dataFiles, bool overwrite)
    {
        Path = path;
        var full = System.IO.Path.GetFullPath(path);
        _target = System.IO.Path.GetDirectoryName(full)!;
        _folder = $"{full}.{Guid.NewGuid():N}.tmp";
        _overwrite = overwrite;
        _names = [.. dataFiles, System.IO.Path.GetFileName(full)];
        if (dataFiles.Length > 0 && !Directory.Exists(_target))
        {
            Directory.CreateDirectory(_target);
            _madeFolder = true;
        }

        Directory.CreateDirectory(_folder);
    }

    /// <summary>Path of the <c>.onnx</c> file, once it is there.</summary>
    public string Path { get; }

    /// <summary>Path of the <c>.onnx</c> file until <see cref="Commit"/>; its data files lie beside it.</summary>
    public string StagedPath => Staged(_names[^1]);

    /// <summary>Makes room for a model.</summary>
    /// <param name="path">Target of the <c>.onnx</c> file. If there are data files, its folder is made if need be.</param>
    /// <param name="dataFiles">Names of its data files.</param>
    /// <param name="overwrite">Whether existing files may be replaced.</param>
    /// <exception cref="OutputExistsException">A target exists and may not be replaced, or is a folder.</exception>
    /// <exception cref="OutputFailedException">The folder can't be written to.</exception>
    public static ModelOutput Create(string path, IEnumerable<string> dataFiles, bool overwrite)
    {
        string[] names = [.. dataFiles];
        foreach (var target in Targets(path, names)) OutputFile.Refuse(target, overwrite);
        try
        {
            return new ModelOutput(path, names, overwrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.Failed(path, e);
        }
    }

    /// <summary>What is written for a model: the <c>.onnx</c> file and its data files.</summary>
    /// <param name="path">Path of the <c>.onnx</c> file.</param>
    /// <param name="dataFiles">Names of its data files.</param>
    public static IEnumerable<string> Targets(string path, IEnumerable<string> dataFiles)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        return dataFiles.Select(name => System.IO.Path.Combine(folder, name)).Prepend(path);
    }

    /// <summary>Writes one of the files and flushes it to the disk.</summary>
    /// <param name="name">Name of a data file, or empty for the <c>.onnx</c> file.</param>
    /// <param name="write">Gets the new file, readable and writable.</param>
    /// <exception cref="OutputFailedException">Writing failed.</exception>
    public void Write(string name, Action<FileStream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        ArgumentNullException.ThrowIfNull(name);
        var staged = Staged(name.Length == 0 ? _names[^1] : name);
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(staged)!);
            using var stream = new FileStream(staged, FileMode.CreateNew, FileAccess.ReadWrite);
            write(stream);
            stream.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.Failed(Path, e);
        }
    }

    /// <summary>Makes the files visible under their own names, the <c>.onnx</c> file last.</summary>
    /// <exception cref="OutputFailedException">A move failed.</exception>
    /// <exception cref="OutputExistsException">Somebody else made a target meanwhile.</exception>
    public void Commit()
    {
        var moved = new List<string>();
        try
        {
            foreach (var name in _names)
            {
                var target = System.IO.Path.Combine(_target, name);
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
                OutputFile.Refuse(target, _overwrite);
                File.Move(Staged(name), target, _overwrite);
                moved.Add(target);
            }
        }
        catch (Exception e)
        {
            foreach (var target in moved) File.Delete(target);
            if (e is IOException or UnauthorizedAccessException) throw OutputFile.Failed(Path, e);
            throw;
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!Directory.Exists(_folder)) return;
        Directory.Delete(_folder, recursive: true);
        if (_madeFolder && !Directory.EnumerateFileSystemEntries(_target).Any()) Directory.Delete(_target);
    }

    private string Staged(string name) => System.IO.Path.Combine(_folder, name);
}
