using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// Copies that share their blocks until one of the two is written to, on file systems that have them.
/// </summary>
/// <remarks>
/// Btrfs, XFS and others on Linux (ioctl_ficlone(2)). .NET's <see cref="File.Copy(string, string)"/> asks for the same,
/// and where that is refused lets the kernel copy (copy_file_range, sendfile); but what it copies has then still to be
/// read to be hashed, which is why it is not used here.
/// </remarks>
internal static partial class FileClone
{
    private const uint FiClone = 0x40049409;

    /// <summary>Makes a file a clone of another.</summary>
    /// <param name="from">Open for reading.</param>
    /// <param name="to">Open for writing, empty.</param>
    /// <returns>Whether that was possible; if not, <paramref name="to"/> is as it was.</returns>
    public static bool Try(SafeFileHandle from, FileStream to)
    {
        // The numbers of ioctls differ between processors; this is the one of those that .NET runs on most.
        if (!OperatingSystem.IsLinux()
            || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
            return false;
        return Ioctl(to.SafeFileHandle, FiClone, from.DangerousGetHandle()) == 0;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Ioctl(SafeFileHandle file, nuint request, nint argument);
}
