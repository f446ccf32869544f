using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// Asks the system for a file's bytes as memory of one's own: pages are the file's until they are written to, and then
/// copies. The paths for macOS and Windows were reviewed, not run.
/// </summary>
/// <remarks>
/// .NET's <c>MemoryMappedFile</c> does nearly this. But it sets aside memory for all of a file that may be written to,
/// which Linux refuses for one that is larger than the machine's memory, and it can't take the right to write back.
/// </remarks>
internal static partial class MappedMemory
{
    private const int Readable = 1;
    private const int Writable = 2;
    private const int Private = 2;
    private const int Fixed = 0x10;
    private const int Anonymous = 0x20;
    private const int LargePages = 14;
    private const uint CopyOnWrite = 8;
    private const uint ReadOnly = 2;
    private const uint ViewCopy = 1;

    /// <summary>Nothing set aside: what is changed is a few pages.</summary>
    private static int NoReserve => OperatingSystem.IsLinux() ? 0x4000 : 0x40;

    /// <summary>Maps the beginning of a file, to be read and written.</summary>
    /// <param name="file">Open to be read.</param>
    /// <param name="length">Bytes, at least 1.</param>
    /// <returns>The address; 0 if the system can't, with <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    public static nint Map(SafeFileHandle file, long length)
    {
        if (!OperatingSystem.IsWindows())
            return Map(0, checked((nuint)length), Readable | Writable, Private | NoReserve, file, 0) is var address
                && address != -1 ? address : 0;
        var section = CreateSection(file, 0, CopyOnWrite, (uint)(length >> 32), (uint)length, 0);
        if (section == 0) return 0;
        var view = MapView(section, ViewCopy, 0, 0, checked((nuint)length));
        var error = Marshal.GetLastPInvokeError();
        _ = CloseHandle(section);
        Marshal.SetLastPInvokeError(error);
        return view;
    }

    /// <summary>Puts memory of the process's own, zeroed, in the place of whole pages.</summary>
    /// <returns>Whether the system has done so; else the pages are as before.</returns>
    public static bool Replace(nint address, long length)
    {
        if (!OperatingSystem.IsLinux()) return false;
        using var none = new SafeFileHandle(-1, ownsHandle: false);
        if (Map(address, (nuint)length, Readable | Writable, Private | Fixed | Anonymous, none, 0) == -1) return false;
        _ = Advise(address, (nuint)length, LargePages);
        return true;
    }

    /// <summary>Says whether the pages may be written to.</summary>
    /// <returns>Whether the system has done so.</returns>
    public static bool Protect(nint address, long length, bool writable) => OperatingSystem.IsWindows()
        ? ProtectView(address, (nuint)length, writable ? CopyOnWrite : ReadOnly, out _)
        : ProtectPages(address, (nuint)length, writable ? Readable | Writable : Readable) == 0;

    /// <summary>
    /// Zeroes pages, as far as they are there: of a file that was made shorter since, those behind its end are gone,
    /// copies too, and whoever touches them is ended by the system. A system call is told so instead.
    /// </summary>
    public static unsafe void Zero(nint address, long length)
    {
        if (OperatingSystem.IsWindows())
        {
            // There a file that is mapped can't be made shorter.
            NativeMemory.Clear((void*)address, (nuint)length);
            return;
        }

        try
        {
            using var zeros = File.OpenHandle("/dev/zero");
            for (nint done = 0, count; done < length; done += count)
                if ((count = Read(zeros, address + done, (nuint)(length - done))) <= 0) return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The system zeroes them before another process gets them.
        }
    }

    /// <summary>Gives the pages back; those that were copied are gone.</summary>
    public static bool Unmap(nint address, long length) =>
        OperatingSystem.IsWindows() ? UnmapView(address) : UnmapPages(address, (nuint)length) == 0;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Map(
        nint address, nuint length, int protection, int flags, SafeFileHandle file, nint offset);

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ProtectPages(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Read(SafeFileHandle file, nint buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnmapPages(nint address, nuint length);

    [LibraryImport("kernel32", EntryPoint = "CreateFileMappingW", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint CreateSection(
        SafeFileHandle file, nint attributes, uint protection, uint lengthHigh, uint lengthLow, nint name);

    [LibraryImport("kernel32", EntryPoint = "MapViewOfFile", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint MapView(nint section, uint access, uint offsetHigh, uint offsetLow, nuint length);

    [LibraryImport("kernel32", EntryPoint = "VirtualProtect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ProtectView(nint address, nuint length, uint protection, out uint before);

    [LibraryImport("kernel32", EntryPoint = "UnmapViewOfFile", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool UnmapView(nint address);

    [LibraryImport("kernel32", EntryPoint = "CloseHandle")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseHandle(nint handle);
}
