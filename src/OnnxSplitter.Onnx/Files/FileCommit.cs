namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// Files that get their names together or not at all. Each is written under a temporary name beside its target and
/// flushed to the disk; <see cref="Commit"/> then renames all of them, within microseconds.
/// </summary>
/// <remarks>
/// <para>
/// If anything fails, all targets are what they were, and nothing new stays, folders included. An existing target is
/// there at every moment: its old content gets a second name, and the new one takes the first in one step.
/// </para>
/// <para>
/// A kill before the commit leaves temporary files (<c>*.tmp</c>). A kill between two renames leaves a record beside
/// the targets that says which names are missing; whoever next writes there finishes it, and so does
/// <see cref="Recover"/>.
/// </para>
/// <para>Disposing without <see cref="Commit"/> leaves nothing.</para>
/// <example>
/// <code>
/// using var files = new FileCommit();
/// var key = files.Add("key.pem", overwrite, UnixFileMode.UserRead | UnixFileMode.UserWrite);
/// var certificate = files.Add("key.crt", overwrite);
/// key.Write(keyPem);
/// certificate.Write(certificatePem);
/// files.Commit();
/// </code>
/// </example>
/// </remarks>
public sealed partial class FileCommit : IDisposable
{
    private readonly SystemFiles _system;
    private readonly List<StagedFile> _files = [];
    private readonly List<StagedName> _removed = [];
    private readonly List<string> _madeFolders = [];
    private bool _committed;

    /// <summary>Begins with no file.</summary>
    public FileCommit()
        : this(new SystemFiles())
    {
    }

    internal FileCommit(SystemFiles system) => _system = system;

    /// <summary>
    /// Finishes a commit to the folder of this file that a kill broke off, if there is one; one that runs is waited
    /// for, up to two seconds. Costs one look at the folder otherwise. For whoever reads files that belong together.
    /// </summary>
    /// <param name="path">A file, which need not exist.</param>
    /// <exception cref="OutputFailedException">It can't be finished.</exception>
    public static void Recover(string path)
    {
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path));
            if (folder is not null && Directory.Exists(folder))
                CommitRecovery.Run(FileIdentity.Resolve(folder), new SystemFiles());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
    }

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
        var target = Path.GetFileName(Path.GetFullPath(path));
        var name = new StagedName(FolderOf(path), StagedName.Beside(target), target, path, overwrite);
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
    /// <returns>Where their contents go, all of which have to be written. This object's to close.</returns>
    /// <exception cref="OutputExistsException">See <see cref="RefuseModel"/>.</exception>
    /// <exception cref="OutputFailedException">See <see cref="RefuseModel"/>.</exception>
    public StagedModel AddModel(string path, IEnumerable<string> dataFiles, bool overwrite)
    {
        string[] names = [.. dataFiles];
        RefuseModel(path, names, overwrite);
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (names.Length > 0) MakeFolder(folder);
            folder = FileIdentity.Resolve(folder);
            var target = Path.GetFileName(Path.GetFullPath(path));
            var staging = StagedName.Beside(target);
            MakeFolder(Path.Combine(folder, staging));
            var files = new Dictionary<string, StagedFile>(StringComparer.Ordinal);

            // The .onnx file last: where it is, its data files are.
            foreach (var (name, file) in names.Select(name => (name, name)).Append(("", target)))
            {
                MakeFolder(Path.GetDirectoryName(Path.Combine(folder, staging, file))!);
                var shown = name.Length == 0 ? path : Path.Combine(folder, file);
                files[name] =
                    new StagedFile(new StagedName(folder, $"{staging}/{file}", file, shown, overwrite), mode: null);
            }

            _files.AddRange(files.Values);
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

    /// <summary>Gives all files their names, in the order in which they were added.</summary>
    /// <exception cref="OutputFailedException">A file can't get its name; everything is as it was.</exception>
    /// <exception cref="OutputExistsException">
    /// Somebody else made a target meanwhile; everything is as it was.
    /// </exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_committed, this);
        StagedName[] names =
            [.. _files.Select(file => file.Name), .. _removed.Where(removed => File.Exists(removed.TargetPath))];
        if (names.Length == 0) return;
        var shown = names[0].Shown;
        try
        {
            foreach (var file in _files) file.Finish();
            foreach (var name in names)
            {
                shown = name.Shown;
                if (Directory.Exists(name.TargetPath))
                    throw new OutputExistsException($"{shown} is a folder.", "Name a file.");
                MakeFolder(Path.GetDirectoryName(name.TargetPath)!);
            }

            new CommitRun(names, _system).Run();
            _committed = true;
        }
        catch (IOException e)
            when (names.FirstOrDefault(name => !name.Overwrite && File.Exists(name.TargetPath)) is { } taken)
        {
            throw Exists(taken.Shown, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(shown, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_committed) return;
        foreach (var file in _files) file.Discard();
        foreach (var folder in Enumerable.Reverse(_madeFolders)) StagedFolder.RemoveIfEmpty(folder);
        _files.Clear();
        _madeFolders.Clear();
    }

    internal static OutputExistsException Exists(string path, Exception? inner = null) =>
        new($"{path} exists.", "Choose another name, or allow with Force that it is replaced.", inner)
        {
            Properties = ["Force"],
        };

    internal static OutputFailedException Failed(string path, Exception e) =>
        new($"{path} can't be written: {e.Message}", "Check the folder's permissions and free space.", e);

    private static string FolderOf(string path) => FileIdentity.Resolve(Path.GetDirectoryName(Path.GetFullPath(path))!);

    private void MakeFolder(string folder)
    {
        if (Directory.Exists(folder)) return;
        MakeFolder(Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder);
        _madeFolders.Add(folder);
    }
}
