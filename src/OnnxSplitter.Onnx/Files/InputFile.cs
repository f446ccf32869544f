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

    /// <summary>Who may read and write it; null where systems have no such mode.</summary>
    internal UnixFileMode? Mode => OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(_handle);

    internal SafeFileHandle Handle => _handle;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">It can't be read, or is a folder, a pipe or a device.</exception>
    public static InputFile Open(string path)
    {
        var handle = RegularFile.Open(path, Refused);
        try
        {
            return new InputFile(path, handle);
        }
        catch (IOException e)
        {
            handle.Dispose();
            throw Refused($"{path} can't be read: {e.Message}", e);
        }

        static ModelFormatException Refused(string message, Exception cause) =>
            new(message, "Give the path of a file that can be read.", cause);
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
