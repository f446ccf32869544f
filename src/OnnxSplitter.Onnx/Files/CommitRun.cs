namespace OnnxSplitter.Onnx.Files;

/// <summary>The moment of a commit: all names change, or none does.</summary>
/// <param name="names">What changes. All content is on the disk.</param>
/// <param name="files">The file system.</param>
internal sealed class CommitRun(IReadOnlyList<StagedName> names, SystemFiles files)
{
    // A record that another process has is waited for about that often, two seconds each time.
    private const int Attempts = 5;

    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly List<HeldRecord> _records = [];
    private readonly string?[] _asides = new string?[names.Count];
    private int _done;

    /// <summary>Changes the names.</summary>
    /// <exception cref="IOException">A step failed; everything is as it was.</exception>
    /// <exception cref="OutputExistsException">
    /// Somebody else made a target meanwhile; everything is as it was.
    /// </exception>
    public void Run()
    {
        try
        {
            if (names.Count == 1)
            {
                // One name changes in one step as it is.
                RenameAlone();
                return;
            }

            FlushFolders();
            WriteRecords();
            for (var i = 0; i < names.Count; i++) SetAside(i);

            // From the first of these on to the last nothing else is done: a kill in between leaves old files beside
            // new ones until somebody looks at the record.
            for (; _done < names.Count; _done++) Rename(_done);
        }
        catch
        {
            GoBack();
            throw;
        }

        CleanUp();
    }

    private void WriteRecords()
    {
        var folders = names.GroupBy(name => name.Folder, StringComparer.Ordinal).ToArray();
        var head = folders[0].Key;

        // The head last: it decides.
        foreach (var folder in folders.Reverse())
        {
            var record = new CommitRecord(_id, folder.Key == head ? null : head,
                folder.Key == head ? [.. folders.Skip(1).Select(member => member.Key)] : [],
                [
                    .. folder.Select(name =>
                        new CommitRecord.Step(name.Staged, name.Target, File.Exists(name.TargetPath))),
                ]);
            var held = Write(folder.Key, record);
            if (held is null)
            {
                // The name is taken by something that is no record. A record is for the case of a kill, so do without.
                RemoveRecords();
                return;
            }

            _records.Add(held);
        }
    }

    private HeldRecord? Write(string folder, CommitRecord record)
    {
        if (record.ToBytes().Length > CommitRecord.MaxLength) return null;
        HeldRecord? held = null;
        for (var i = 0; i < Attempts && held is null; i++)
        {
            if (i > 0) CommitRecovery.Run(folder, files);
            held = HeldRecord.Write(folder, record, files);
        }

        return held;
    }

    private void SetAside(int i)
    {
        if (!File.Exists(names[i].TargetPath)) return;
        if (!names[i].Overwrite) throw FileCommit.Exists(names[i].Shown);
        var aside = names[i].Aside(_id);
        files.Link(names[i].TargetPath, aside);
        _asides[i] = aside;
    }

    private void Rename(int i)
    {
        var name = names[i];
        if (name.Staged is null) files.Delete(name.TargetPath);
        else if (_asides[i] is not null) files.Replace(name.StagedPath, name.TargetPath);
        else files.Move(name.StagedPath, name.TargetPath);
    }

    private void RenameAlone()
    {
        var name = names[0];
        if (name.Staged is null) files.Delete(name.TargetPath);
        else if (name.Overwrite) files.Replace(name.StagedPath, name.TargetPath);
        else files.Move(name.StagedPath, name.TargetPath);
        CleanUp();
    }

    /// <summary>
    /// What was done is undone, the last first. A staged file has its content again before its target loses that, so
    /// that a kill now leaves what the record can finish.
    /// </summary>
    private void GoBack()
    {
        while (--_done >= 0)
        {
            var name = names[_done];
            if (_asides[_done] is not { } aside)
            {
                if (name.Staged is not null && !Try(() => files.Move(name.TargetPath, name.StagedPath)))
                    Try(() => files.Delete(name.TargetPath));
                continue;
            }

            // If this fails, the second name is the old content's only one: it stays.
            if (name.Staged is not null) Try(() => files.Link(name.TargetPath, name.StagedPath));
            Try(() => files.Replace(aside, name.TargetPath));
            _asides[_done] = null;
        }

        CleanUp();
    }

    /// <summary>Nothing that fails here changes what the files are: whatever stays has a temporary name.</summary>
    private void CleanUp()
    {
        foreach (var aside in _asides.OfType<string>()) Try(() => files.Delete(aside));
        foreach (var name in names)
            if (name.Staged?.Contains('/') == true) StagedFolder.RemoveEmpty(name.StagedPath, name.Folder);
        FlushFolders();
        RemoveRecords();
    }

    private void FlushFolders()
    {
        foreach (var folder in names.Select(name => name.Folder).Distinct(StringComparer.Ordinal)) files.Flush(folder);
    }

    private void RemoveRecords()
    {
        foreach (var record in Enumerable.Reverse(_records)) Try(() => record.Remove(files));
        foreach (var record in _records) record.Dispose();
        _records.Clear();
    }

    private static bool Try(Action step)
    {
        try
        {
            step();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
