using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// Opens files to be read without waiting, and looks at what was opened. A pipe is otherwise opened only once somebody
/// writes to it, perhaps never, and what is seen at a name may be gone when the name is opened.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static partial class UnixFile
{
    private const int NoSuchName = 2;
    private const int Interrupted = 4;
    private const int NoSuchDevice = 6;
    private const int NotPermitted = 1;
    private const int AccessDenied = 13;
    private const int NoFolder = 20;
    private const int SharedLock = 1;
    private const int LockAlone = 2;
    private const int DoNotWait = 4;

    private static int WouldWait => OperatingSystem.IsLinux() ? 11 : 35;

    /// <summary>Not to wait, to close in child processes, not to become the controlling terminal.</summary>
    private static int Flags => OperatingSystem.IsLinux() ? 0x800 | 0x80000 | 0x100 : 0x4 | 0x1000000 | 0x20000;

    /// <summary>Opens a file, locked as .NET does it: by several that read, or by one alone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="alone">Whether nobody else may have it locked.</param>
    /// <exception cref="NotRegularException">It is a folder, a pipe, a device or a socket.</exception>
    /// <exception cref="IOException">It can't be opened, or others have it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="ArgumentException">The path is none.</exception>
    public static SafeFileHandle Open(string path, bool alone)
    {
        // Refuses paths that would end at a zero byte.
        var full = Path.GetFullPath(path);
        int descriptor;
        do descriptor = Open(full, Flags);
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        if (descriptor < 0) throw Failed(path, Marshal.GetLastPInvokeError());
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            if (Directory.Exists(path)) throw NotRegularException.Folder();
            if (!FileStatus.IsRegular(handle)) throw NotRegularException.Pipe();
            if (Lock(handle, (alone ? LockAlone : SharedLock) | DoNotWait) != 0
                && Marshal.GetLastPInvokeError() == WouldWait)
                throw new IOException($"Another process uses the file '{full}'.");
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static Exception Failed(string path, int error) => error switch
    {
        NoSuchName => new FileNotFoundException($"{path} does not exist.", path),
        NoFolder => new DirectoryNotFoundException($"{path} does not exist."),
        NotPermitted or AccessDenied => new UnauthorizedAccessException($"Access to the path '{path}' is denied."),

        // So it is with a socket.
        NoSuchDevice => NotRegularException.Pipe(),
        _ => new IOException(Marshal.GetPInvokeErrorMessage(error)),
    };

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Lock(SafeFileHandle file, int operation);
}
