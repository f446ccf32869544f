namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// Finishes commits that were broken off by a kill, or clears them away where they had not been decided.
/// </summary>
internal static class CommitRecovery
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Looks after a folder; a commit that runs at the moment is waited for, for a while.</summary>
    /// <param name="folder">Full path, without links.</param>
    /// <param name="files">The file system.</param>
    /// <exception cref="IOException">A file can't get its name.</exception>
    public static void Run(string folder, SystemFiles files)
    {
        for (var end = Environment.TickCount64 + Patience.TotalMilliseconds; !TryRun(folder, files);)
        {
            if (Environment.TickCount64 > end) return;
            Thread.Sleep(Pause);
        }
    }

    /// <returns>Whether no commit runs there.</returns>
    private static bool TryRun(string folder, SystemFiles files)
    {
        string headFolder;
        using (var record = HeldRecord.Open(folder, out var live))
        {
            if (record is null) return !live;
            if (record.Record.Head is null) return Finish(record, files);
            headFolder = record.Record.Head;
            using var head = HeldRecord.Open(headFolder, out live);
            if (live) return false;
            if (head is null || head.Record.Id != record.Record.Id || !head.Record.Members.Contains(folder))
            {
                // A folder that is not there, or a record that can't be read, says nothing about the commit.
                if (head is not null || (Directory.Exists(headFolder) && !HeldRecord.Exists(headFolder)))
                    Clear(record, files);
                return true;
            }
        }

        using var decided = HeldRecord.Open(headFolder, out var running);
        return decided is null ? !running : Finish(decided, files);
    }

    /// <summary>Gives all files of a decided commit their names.</summary>
    private static bool Finish(HeldRecord head, SystemFiles files)
    {
        var records = new List<HeldRecord>();
        try
        {
            foreach (var folder in head.Record.Members)
            {
                var member = HeldRecord.Open(folder, out var live);
                if (live) return false;
                if (member is null) continue;
                records.Add(member);
            }

            records.RemoveAll(member =>
            {
                if (member.Record.Id == head.Record.Id && member.Record.Head == head.Folder) return false;
                member.Dispose();
                return true;
            });
            HeldRecord[] all = [head, .. records];
            foreach (var record in all) Forward(record, files);
            foreach (var record in all) files.Flush(record.Folder);
            foreach (var record in all)
                foreach (var step in record.Record.Steps)
                    Tidy(record, step, files);
            foreach (var record in all) record.Remove(files);
            return true;
        }
        finally
        {
            foreach (var record in records) record.Dispose();
        }
    }

    private static void Forward(HeldRecord record, SystemFiles files)
    {
        foreach (var step in record.Record.Steps)
        {
            var name = step.In(record.Folder);
            if (step.Staged is null) files.Delete(name.TargetPath);
            else if (!IsFile(name.StagedPath)) continue;
            else if (step.Replaces) files.Replace(name.StagedPath, name.TargetPath);
            else if (!File.Exists(name.TargetPath)) files.Move(name.StagedPath, name.TargetPath);
            else if (Same(name.StagedPath, name.TargetPath)) files.Delete(name.StagedPath);
            else throw new IOException(
                $"an earlier run was broken off before {name.TargetPath} got its name, which another file has by now");
        }
    }

    /// <summary>Removes what a commit had staged: nothing has its name yet, or all has.</summary>
    private static void Clear(HeldRecord record, SystemFiles files)
    {
        foreach (var step in record.Record.Steps)
        {
            var name = step.In(record.Folder);
            if (step.Staged is not null && IsFile(name.StagedPath)) files.Delete(name.StagedPath);
            Tidy(record, step, files);
        }

        record.Remove(files);
    }

    private static void Tidy(HeldRecord record, CommitRecord.Step step, SystemFiles files)
    {
        var name = step.In(record.Folder);
        if (IsFile(name.Aside(record.Record.Id))) files.Delete(name.Aside(record.Record.Id));
        if (step.Staged?.Contains('/') == true) StagedFolder.RemoveEmpty(name.StagedPath, record.Folder);
    }

    private static bool IsFile(string path) => File.Exists(path) && new FileInfo(path).LinkTarget is null;

    private static bool Same(string path, string other)
    {
        using var first = new FileStream(RegularFile.Open(path, FileShare.Read), FileAccess.Read);
        using var second = new FileStream(RegularFile.Open(other, FileShare.Read), FileAccess.Read);
        return first.Length == second.Length && System.Security.Cryptography.SHA256.HashData(first).AsSpan()
            .SequenceEqual(System.Security.Cryptography.SHA256.HashData(second));
    }
}
