namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// The record in a folder, open and locked: by the commit that it is of while that runs, by one who finishes it after
/// that.
/// </summary>
/// <remarks>The lock ends with the process, so a record without a lock is of a commit that was broken off.</remarks>
internal sealed class HeldRecord : IDisposable
{
    private readonly FileStream _file;

    private HeldRecord(string folder, CommitRecord record, FileStream file) =>
        (Folder, Record, _file) = (folder, record, file);

    /// <summary>Full path of the folder, without links.</summary>
    public string Folder { get; }

    /// <summary>What it says.</summary>
    public CommitRecord Record { get; }

    /// <summary>
    /// How a file is opened so that nobody else has it open: .NET locks it on Unix for one alone only if it is shared
    /// with nobody; Windows can remove an open one only if that is shared.
    /// </summary>
    public static FileShare Alone => OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <summary>Writes a record, which appears whole and locked.</summary>
    /// <returns>Null if the folder has one already.</returns>
    /// <exception cref="IOException">It can't be written.</exception>
    public static HeldRecord? Write(string folder, CommitRecord record, SystemFiles files)
    {
        var path = PathIn(folder);
        var temporary = StagedName.Beside(path);
        var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, Alone);
        try
        {
            file.Write(record.ToBytes());
            file.Flush(flushToDisk: true);
            files.Move(temporary, path);
            files.Flush(folder);
            return new HeldRecord(folder, record, file);
        }
        catch (IOException) when (File.Exists(path))
        {
            Drop();
            return null;
        }
        catch
        {
            Drop();
            throw;
        }

        void Drop()
        {
            file.Dispose();
            File.Delete(temporary);
        }
    }

    /// <summary>Whether a folder has a record, whosever.</summary>
    public static bool Exists(string folder) => File.Exists(PathIn(folder));

    /// <summary>Opens the record of a folder, if there is one that can be believed.</summary>
    /// <param name="folder">Full path, without links.</param>
    /// <param name="live">Whether the commit that it is of runs.</param>
    /// <returns>Null if there is none, it is another's, or it is held.</returns>
    public static HeldRecord? Open(string folder, out bool live)
    {
        live = false;
        var path = PathIn(folder);
        if (!File.Exists(path) || !IsBelieved(path, folder)) return null;
        FileStream? file = null;
        try
        {
            file = new FileStream(RegularFile.Open(path, Alone), FileAccess.Read);

            // Between opening and locking the commit may have ended, and the next one's record have got the name.
            if (!FileStatus.IsRemoved(file.SafeFileHandle) && Read(file, folder) is { } record)
                return new HeldRecord(folder, record, file);
        }
        catch (Exception e)
            when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
                or NotRegularException)
        {
            // It is gone meanwhile, or somebody else's, or no file.
        }
        catch (IOException)
        {
            live = file is null;
        }

        file?.Dispose();
        return null;
    }

    /// <summary>Removes the record: the commit is done.</summary>
    public void Remove(SystemFiles files)
    {
        files.Delete(PathIn(Folder));
        _file.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string PathIn(string folder) => Path.Combine(folder, CommitRecord.Name);

    /// <summary>
    /// Whether a record's author could do himself what it asks for. Who can make files in a folder can replace all of
    /// them, except where the system lets only a file's owner do that.
    /// </summary>
    private static bool IsBelieved(string path, string folder) =>
        new FileInfo(path).LinkTarget is null
        && ((!OperatingSystem.IsWindows() && !File.GetUnixFileMode(folder).HasFlag(UnixFileMode.StickyBit))
            || FileStatus.IsOwn(path));

    private static CommitRecord? Read(FileStream file, string folder)
    {
        if (file.Length > CommitRecord.MaxLength) return null;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return CommitRecord.Parse(bytes, folder);
    }
}
