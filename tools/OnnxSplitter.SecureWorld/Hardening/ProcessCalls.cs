using System.Runtime.InteropServices;

namespace OnnxSplitter.SecureWorld.Hardening;

/// <summary>What Linux is asked for to keep a process's memory its own.</summary>
internal static unsafe partial class ProcessCalls
{
    /// <summary>A limit of a resource: what holds, and up to where the process may raise it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Limit
    {
        /// <summary>What holds.</summary>
        public ulong Soft;

        /// <summary>The most.</summary>
        public ulong Hard;
    }

    /// <summary>A filter's program: <c>sock_fprog</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct FilterProgram
    {
        /// <summary>Instructions.</summary>
        public ushort Count;

        /// <summary>Where they lie.</summary>
        public nint Instructions;
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Control(int option, nuint value, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "mlockall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int LockAll(int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Filter(nint number, nint operation, nint flags, ref FilterProgram program);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Execute(string path, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int TrimHeap(nuint keep);
}
