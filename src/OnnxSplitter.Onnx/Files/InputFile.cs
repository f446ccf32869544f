using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// A file that is opened once and read from then on: what was looked at is what is used, whatever gets its name.
/// </summary>
/// <remarks>Several threads may read at a time, each through a stream of its own.</remarks>
public sealed class InputFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly DateTime _written;

    private InputFile(string path, SafeFileHandle handle)
    {
        (Path, _handle) = (path, handle);
        Length = RandomAccess.GetLength(handle);
        _written = File.GetLastWriteTimeUtc(handle);
    }

    /// <summary>Where it was found.</summary>
    public string Path { get; }

    /// <summary>Bytes, when it was opened.</summary>
    public long Length { get; }

    internal SafeFileHandle Handle => _handle;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">It can't be read, or is a pipe or a device.</exception>
    public static InputFile Open(string path)
    {
        if (!FileStatus.IsRegular(path) && !Directory.Exists(path))
            throw new ModelFormatException(
                $"{path} is no file, but a pipe or a device, which can't be read twice.", "Copy it to a file first.");
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return new InputFile(path, handle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException
                                      or NotSupportedException)
        {
            handle?.Dispose();
            throw new ModelFormatException(
                $"{path} can't be read: {e.Message}", "Check the path and its permissions.", e);
        }
    }

    /// <summary>
    /// A new stream over all of it, at its start. It ends with this object; disposing it does nothing.
    /// </summary>
    public Stream OpenStream() => new InputStream(this);

    /// <summary>The SHA-256 of the content.</summary>
    /// <exception cref="ModelFormatException">It can't be read.</exception>
    public byte[] Digest()
    {
        using var stream = OpenStream();
        return SHA256.HashData(stream);
    }

    /// <summary>Whether somebody has written to it since it was opened, as far as the system tells.</summary>
    public bool HasChanged()
    {
        try
        {
            return RandomAccess.GetLength(_handle) != Length || File.GetLastWriteTimeUtc(_handle) != _written;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
