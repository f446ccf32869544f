using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Onnx.Files;

/// <summary>Removes what a kill before a commit has left beside a target.</summary>
internal static class Leftovers
{
    // A file is there before its lock is, and a folder before its first file, if only for a moment.
    private static readonly TimeSpan Youngest = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Removes the staged files, and folders of them, of commits that ended with their process. Nothing that fails here
    /// stops anybody.
    /// </summary>
    /// <param name="folder">Full path of the target's folder, without links.</param>
    /// <param name="target">Its name.</param>
    public static void Clear(string folder, string target)
    {
        try
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos($"*{StagedName.Temporary}"))
                if (entry.LinkTarget is null && (StagedName.IsStagedFor(entry.Name, target)
                    || StagedName.IsStagedFor(entry.Name, CommitRecord.Name)))
                    Clear(folder, entry, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They are in nobody's way, and the next run tries again.
        }
    }

    private static void Clear(string folder, FileSystemInfo entry, string target)
    {
        // In a folder of a model's files, that of the model itself is the one that is locked.
        var locked = entry is DirectoryInfo ? Path.Combine(entry.FullName, target) : entry.FullName;
        try
        {
            using var alone = File.Exists(locked) ? Lock(locked) : null;

            // A commit that was decided is somebody's to finish; whose lock is gone has written its record by then.
            if (DateTime.UtcNow - entry.LastWriteTimeUtc < Youngest || HeldRecord.Exists(folder)) return;
            if (entry is DirectoryInfo staging) staging.Delete(recursive: true);
            else entry.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process has it, or another user.
        }
    }

    /// <exception cref="IOException">It is locked, or no file.</exception>
    private static SafeFileHandle Lock(string path) => new FileInfo(path).LinkTarget is null
        ? RegularFile.Open(path, HeldRecord.Alone)
        : throw new IOException($"{path} is no file.");
}
