using System.Runtime.InteropServices;

namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// What a commit asks of the file system: names that move and second names, each in one step that happens or does not.
/// </summary>
/// <remarks>Tests put one that fails, or that looks on, in its place.</remarks>
internal partial class SystemFiles
{
    private const int CurrentFolder = -100;
    private const uint NoReplace = 1;
    private const int ReadOnly = 0;
    private const int WriteAndSearch = 3;

    /// <summary>
    /// Gives a file a second name, or, where the file system knows none, makes a copy that is on the disk.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="other">Does not exist.</param>
    /// <exception cref="IOException">Neither can be done.</exception>
    public virtual void Link(string path, string other)
    {
        if (TryLink(path, other)) return;
        File.Copy(path, other);
        using var copy = new FileStream(other, FileMode.Open, FileAccess.ReadWrite);
        copy.Flush(flushToDisk: true);
    }

    /// <summary>Gives a file a second name, if the file system knows such.</summary>
    /// <returns>Whether it has one now.</returns>
    protected virtual bool TryLink(string path, string other) =>
        OperatingSystem.IsWindows() ? CreateHardLink(other, path, 0) : Link2(path, other) == 0;

    /// <summary>Gives a file another name in the place of the file that has it.</summary>
    /// <exception cref="IOException">It can't be done.</exception>
    public virtual void Replace(string path, string target) => File.Move(path, target, overwrite: true);

    /// <summary>Gives a file another name, if nothing has it.</summary>
    /// <exception cref="IOException">It can't be done, or something has it.</exception>
    public virtual void Move(string path, string target)
    {
        // In one step where the system can; .NET makes a second name first and then takes the first away.
        if (!TryRename(path, target)) File.Move(path, target, overwrite: false);
    }

    /// <summary>Removes a file, if it is there.</summary>
    /// <exception cref="IOException">It can't be done.</exception>
    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Waits until a folder's names are on the disk, where the system can.</summary>
    public virtual void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux() || Open(folder, ReadOnly) is not (>= 0 and var descriptor)) return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    /// <summary>Whether the system says that files can be made in a folder.</summary>
    public static bool CanWrite(string folder) => OperatingSystem.IsWindows() || Access(folder, WriteAndSearch) == 0;

    private static bool TryRename(string path, string target)
    {
        try
        {
            return OperatingSystem.IsLinux() && Rename2(CurrentFolder, path, CurrentFolder, target, NoReplace) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link2(string path, string other);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string other, string path, nint attributes);

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Rename2(int folder, string path, int otherFolder, string other, uint flags);

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
