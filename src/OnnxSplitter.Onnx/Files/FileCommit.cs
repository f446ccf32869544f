using System.Text.RegularExpressions;

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
/// A kill before the commit leaves temporary files (<c>*.tmp</c>), which whoever next writes to the same targets
/// removes. A kill between two renames leaves a record beside the targets that says which names are missing; whoever
/// next writes there finishes it, and so does <see cref="Recover"/>.
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
        foreach (var file in _files)
            if (_committed) file.Release();
            else file.Discard();
        if (_committed) return;
        foreach (var folder in Enumerable.Reverse(_madeFolders)) StagedFolder.RemoveIfEmpty(folder);
        _files.Clear();
        _madeFolders.Clear();
    }

    internal static OutputExistsException Exists(string path, Exception? inner = null, string choice = "name") =>
        new($"{path} exists.", $"Choose another {choice}, or allow with Force that it is replaced.", inner)
        {
            Properties = ["Force"],
        };

    internal static OutputFailedException Failed(string path, Exception e) => new(
        $"{path} can't be written: {TemporaryName().Replace(e.Message, "")}",
        "Check the folder's permissions and free space.", e);

    // Nobody has named that file, and it is gone when its name is read.
    [GeneratedRegex(@"(?: :)? '[^']*\.tmp'")]
    private static partial Regex TemporaryName();
}
