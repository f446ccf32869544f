using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Runtime.Secured.Transport;

/// <summary>What of Linux's sockets and memory .NET has no methods for.</summary>
/// <remarks>Structures are those of 64-bit Linux, the same for x86-64 and Arm (glibc and musl).</remarks>
internal static partial class SystemCalls
{
    /// <summary>Interrupted by a signal: to be tried again.</summary>
    public const int Interrupted = 4;

    /// <summary>It would have to wait.</summary>
    public const int WouldBlock = 11;

    /// <summary><c>POLLIN</c>: something can be read, or the other side has gone.</summary>
    public const short Readable = 1;

    /// <summary><c>POLLOUT</c>.</summary>
    public const short Writable = 4;

    /// <summary><c>MSG_DONTWAIT | MSG_NOSIGNAL | MSG_CMSG_CLOEXEC</c>.</summary>
    public const int AtOnce = 0x40 | 0x4000 | 0x40000000;

    /// <summary><c>PROT_READ | PROT_WRITE</c>.</summary>
    public const int ReadWrite = 1 | 2;

    /// <summary><c>MAP_SHARED</c>.</summary>
    public const int Shared = 1;

    /// <summary>A buffer of a message.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer
    {
        /// <summary>Where it lies.</summary>
        public nint Address;

        /// <summary>Bytes.</summary>
        public nuint Length;
    }

    /// <summary><c>msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        /// <summary>Where the other side's name lies: nowhere.</summary>
        public nint Name;

        /// <summary>Its length.</summary>
        public uint NameLength;

        /// <summary>Where the buffers lie.</summary>
        public nint Buffers;

        /// <summary>How many.</summary>
        public nuint BufferCount;

        /// <summary>Where what goes beside the bytes lies.</summary>
        public nint Control;

        /// <summary>Its length.</summary>
        public nuint ControlLength;

        /// <summary>Of what was received.</summary>
        public int Flags;
    }

    /// <summary><c>cmsghdr</c> with a descriptor: <c>SCM_RIGHTS</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Passed
    {
        /// <summary>Bytes up to the descriptor's end: 20.</summary>
        public nuint Length;

        /// <summary><c>SOL_SOCKET</c>: 1.</summary>
        public int Level;

        /// <summary><c>SCM_RIGHTS</c>: 1.</summary>
        public int Kind;

        /// <summary>The descriptor.</summary>
        public int Descriptor;

        /// <summary>Up to the next 8 bytes: nothing, or a second descriptor, which nobody asked for.</summary>
        public int Padding;
    }

    /// <summary><c>pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Watched
    {
        /// <summary>The descriptor.</summary>
        public int Descriptor;

        /// <summary>What to wait for.</summary>
        public short Wanted;

        /// <summary>What is there.</summary>
        public short Seen;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Poll(ref Watched watched, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Receive(int socket, ref Message message, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Send(int socket, ref Message message, int flags);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial SafeFileHandle CreateMemory(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetLength(SafeFileHandle file, long length);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Control(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Map(
        nint address, nuint length, int protection, int flags, SafeFileHandle file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Unmap(nint address, nuint length);
}
