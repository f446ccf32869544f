namespace OnnxSplitter.Onnx.Files;

/// <summary>A <see cref="FileCommit"/> of one file.</summary>
public sealed class OutputFile : IDisposable
{
    private readonly FileCommit _files = new();
    private readonly StagedFile _file;

    private OutputFile(string path, bool overwrite, UnixFileMode? mode) => _file = _files.Add(path, overwrite, mode);

    /// <summary>Bytes that were written.</summary>
    public long Length => _file.Length;

    /// <summary>See <see cref="FileCommit.Add"/>.</summary>
    public static OutputFile Create(string path, bool overwrite, UnixFileMode? mode = null) =>
        new(path, overwrite, mode);

    /// <summary>See <see cref="FileCommit.RefuseExisting"/>.</summary>
    public static void Refuse(string path, bool overwrite) => FileCommit.RefuseExisting(path, overwrite);

    /// <summary>See <see cref="FileCommit.Commit"/>.</summary>
    public void Commit() => _files.Commit();

    /// <summary>See <see cref="StagedFile.Write(Action{FileStream})"/>.</summary>
    public void Write(Action<FileStream> write) => _file.Write(write);

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();
}
