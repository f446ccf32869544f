using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// Writes a file from its start on; a large one past the system's cache where that can be (Linux, O_DIRECT of open(2)).
/// </summary>
/// <remarks>
/// A large file that has to be on the disk at the end is there sooner, for a third of the processor's time, and what
/// others have in the cache stays there. The price: whoever reads the file next reads it from the disk.
/// </remarks>
/// <param name="output">Empty, writable.</param>
/// <param name="length">How long it will be, about.</param>
internal sealed partial class DirectWriter(FileStream output, long length)
{
    /// <summary>
    /// What addresses, offsets and lengths must be multiples of: a page, and no less than any disk's block.
    /// </summary>
    public const int Alignment = 4096;

    private const long LargeFile = 64 << 20;
    private const int GetFlags = 3;
    private const int SetFlags = 4;

    private static readonly int DirectFlag = RuntimeInformation.ProcessArchitecture switch
    {
        _ when !OperatingSystem.IsLinux() => 0,
        Architecture.X64 => 0x4000,
        Architecture.Arm64 => 0x10000,
        _ => 0,
    };

    private bool _direct = length >= LargeFile && Switch(output.SafeFileHandle, on: true);
    private long _position;

    /// <summary>Writes what follows.</summary>
    /// <param name="piece">Aligned memory; of an aligned length, unless it is the last.</param>
    /// <exception cref="IOException">Writing failed.</exception>
    public void Write(ReadOnlySpan<byte> piece)
    {
        if (_direct && (piece.Length % Alignment != 0 || !TryWrite(piece)))
            _direct = Switch(output.SafeFileHandle, on: false);
        if (!_direct) RandomAccess.Write(output.SafeFileHandle, piece, _position);
        _position += piece.Length;
    }

    /// <summary>From here on the file is written to like any other.</summary>
    public void Finish()
    {
        if (_direct) _direct = Switch(output.SafeFileHandle, on: false);
    }

    private bool TryWrite(ReadOnlySpan<byte> piece)
    {
        try
        {
            RandomAccess.Write(output.SafeFileHandle, piece, _position);
            return true;
        }
        catch (IOException)
        {
            // A file system with other alignments; if it is something else, the next attempt says so.
            return false;
        }
    }

    private static bool Switch(SafeFileHandle file, bool on)
    {
        if (DirectFlag == 0 || Control(file, GetFlags, 0) is not (>= 0 and var flags)) return false;
        var wanted = on ? flags | DirectFlag : flags & ~DirectFlag;
        return Control(file, SetFlags, wanted) == 0 && on;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(SafeFileHandle file, int command, nint argument);
}
