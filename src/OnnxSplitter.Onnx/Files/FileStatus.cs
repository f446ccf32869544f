using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Onnx.Files;

/// <summary>What a name stands for, without opening it: opening a pipe waits for whoever writes to it.</summary>
internal static partial class FileStatus
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int OfDescriptor = 0x1000;
    private const uint TypeAndOwner = 0x9;
    private const uint LinkCount = 0x4;
    private const int LinkCountOffset = 16;
    private const int OwnerOffset = 20;
    private const int ModeOffset = 28;
    private const int StatusLength = 256;
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;

    /// <summary>Whether a path, links followed, is a file with bytes in it: no pipe, device or socket.</summary>
    /// <returns>True also where the system can't be asked without opening it.</returns>
    public static bool IsRegular(string path) =>
        !TryRead(path, follow: true, out var type, out _) || type == RegularType;

    /// <summary>Whether an open file is one with bytes in it.</summary>
    /// <returns>True also where the system can't be asked.</returns>
    public static bool IsRegular(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux()) return true;
        Span<byte> status = stackalloc byte[StatusLength];
        return !TryStatx(file.DangerousGetHandle().ToInt32(), "", OfDescriptor, TypeAndOwner, status)
            || TypeOf(status) == RegularType;
    }

    /// <summary>Whether a file, or a link itself, was made by the user who runs this process.</summary>
    /// <returns>False also where the system can't be asked.</returns>
    public static bool IsOwn(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows()) return IsOwnOnWindows(path);
            return TryRead(path, follow: false, out _, out var owner) && owner == EffectiveUser();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SystemException)
        {
            return false;
        }
    }

    /// <summary>Whether an open file has no name any more.</summary>
    /// <returns>False also where the system can't be asked.</returns>
    public static bool IsRemoved(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux()) return false;
        Span<byte> status = stackalloc byte[StatusLength];
        return TryStatx(file.DangerousGetHandle().ToInt32(), "", OfDescriptor, LinkCount, status)
            && MemoryMarshal.Read<uint>(status[LinkCountOffset..]) == 0;
    }

    [SupportedOSPlatform("windows")]
    private static bool IsOwnOnWindows(string path)
    {
        using var user = WindowsIdentity.GetCurrent();
        var owner = new FileInfo(path).GetAccessControl(AccessControlSections.Owner)
            .GetOwner(typeof(SecurityIdentifier));
        return owner is not null && (owner == user.User || owner == user.Owner);
    }

    /// <summary>statx(2), whose answer has one form on all of Linux's processors.</summary>
    private static bool TryRead(string path, bool follow, out int type, out uint owner)
    {
        (type, owner) = (0, 0);
        if (!OperatingSystem.IsLinux()) return false;
        Span<byte> status = stackalloc byte[StatusLength];
        if (!TryStatx(CurrentFolder, path, follow ? 0 : NoFollow, TypeAndOwner, status)) return false;
        owner = MemoryMarshal.Read<uint>(status[OwnerOffset..]);
        type = TypeOf(status);
        return true;
    }

    private static int TypeOf(ReadOnlySpan<byte> status) =>
        MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeMask;

    private static bool TryStatx(int folder, string path, int flags, uint mask, Span<byte> status)
    {
        try
        {
            return Statx(folder, path, flags, mask, ref MemoryMarshal.GetReference(status)) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUser();
}
