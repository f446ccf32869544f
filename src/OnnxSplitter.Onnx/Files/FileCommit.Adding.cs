namespace OnnxSplitter.Onnx.Files;

/// <content>What gets a name, and what goes.</content>
public sealed partial class FileCommit
{
    // What a model is never for is left out: to run as its owner.
    private const UnixFileMode Permissions = (UnixFileMode)0x1FF;

    /// <summary>Adds a file.</summary>
    /// <param name="path">The target.</param>
    /// <param name="overwrite">Whether an existing target may be replaced.</param>
    /// <param name="mode">Access mode of the new file, on systems that have one; null for the usual one.</param>
    /// <returns>Where its content goes. This object's to close.</returns>
    /// <exception cref="OutputExistsException">See <see cref="Refuse"/>.</exception>
    /// <exception cref="OutputFailedException">See <see cref="Refuse"/>.</exception>
    public StagedFile Add(string path, bool overwrite, UnixFileMode? mode = null)
    {
        Refuse(path, overwrite);
        var (folder, target) = (FolderOf(path), Path.GetFileName(Path.GetFullPath(path)));
        Leftovers.Clear(folder, target);
        var name = new StagedName(folder, StagedName.Beside(target), target, path, overwrite);
        var file = new StagedFile(name, mode);
        try
        {
            file.Make();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }

        _files.Add(file);
        return file;
    }

    /// <summary>Adds a model with its data files.</summary>
    /// <param name="path">
    /// Target of the <c>.onnx</c> file. If there are data files, its folder is made if need be: it is then one of its
    /// own.
    /// </param>
    /// <param name="dataFiles">Names of its data files.</param>
    /// <param name="overwrite">Whether existing files may be replaced.</param>
    /// <param name="mode">
    /// Access mode of a new file, by its name, which is empty for the <c>.onnx</c> file; one that replaces another has
    /// that one's. Null for the usual one, on systems that have one.
    /// </param>
    /// <returns>Where their contents go, all of which have to be written. This object's to close.</returns>
    /// <exception cref="OutputExistsException">See <see cref="RefuseModel"/>.</exception>
    /// <exception cref="OutputFailedException">See <see cref="RefuseModel"/>.</exception>
    public StagedModel AddModel(
        string path, IEnumerable<string> dataFiles, bool overwrite, Func<string, UnixFileMode?>? mode = null)
    {
        string[] names = [.. dataFiles];
        RefuseModel(path, names, overwrite);
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (names.Length > 0) MakeFolder(folder);
            folder = FileIdentity.Resolve(folder);
            var target = Path.GetFileName(Path.GetFullPath(path));
            Leftovers.Clear(folder, target);
            var staging = StagedName.Beside(target);
            MakeFolder(Path.Combine(folder, staging));
            var files = new Dictionary<string, StagedFile>(StringComparer.Ordinal);

            // The .onnx file last: where it is, its data files are.
            foreach (var (name, file) in names.Select(name => (name, name)).Append(("", target)))
            {
                MakeFolder(Path.GetDirectoryName(Path.Combine(folder, staging, file))!);
                var shown = name.Length == 0 ? path : Path.Combine(folder, file);
                files[name] = new StagedFile(
                    new StagedName(folder, $"{staging}/{file}", file, shown, overwrite),
                    (ModeOf(Path.Combine(folder, file)) ?? mode?.Invoke(name)) & Permissions);
            }

            _files.AddRange(files.Values);
            files[""].Make();
            return new StagedModel(files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
    }

    /// <summary>Adds a file that is to be gone afterwards, if it is there.</summary>
    /// <param name="path">The file.</param>
    public void Remove(string path)
    {
        var folder = FolderOf(path);
        _removed.Add(new StagedName(folder, null, Path.GetFileName(Path.GetFullPath(path)), path, Overwrite: true));
    }

    /// <summary>Takes over what another one has; that is empty afterwards.</summary>
    public void Include(FileCommit other)
    {
        ArgumentNullException.ThrowIfNull(other);
        ObjectDisposedException.ThrowIf(other._committed, other);
        _files.AddRange(other._files);
        _removed.AddRange(other._removed);
        _madeFolders.AddRange(other._madeFolders);
        other._files.Clear();
        other._removed.Clear();
        other._madeFolders.Clear();
    }

    private static string FolderOf(string path) => FileIdentity.Resolve(Path.GetDirectoryName(Path.GetFullPath(path))!);

    private static UnixFileMode? ModeOf(string path) =>
        OperatingSystem.IsWindows() || !File.Exists(path) ? null : File.GetUnixFileMode(path);

    private void MakeFolder(string folder)
    {
        if (Directory.Exists(folder)) return;
        MakeFolder(Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder);
        _madeFolders.Add(folder);
    }
}
