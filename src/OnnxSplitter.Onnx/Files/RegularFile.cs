using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Onnx.Files;

/// <summary>Opens files to be read, and refuses what is no file with bytes in it.</summary>
public static class RegularFile
{
    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="refuse">Makes the exception for a message and its cause.</param>
    /// <returns>The open file, which the caller disposes.</returns>
    public static SafeFileHandle Open(string path, Func<string, Exception, OnnxSplitterException> refuse)
    {
        ArgumentNullException.ThrowIfNull(refuse);
        try
        {
            return Open(path, FileShare.Read | FileShare.Delete);
        }
        catch (NotRegularException e)
        {
            throw refuse($"{path} {e.Message}", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw refuse($"{path} does not exist.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException
                                      or NotSupportedException)
        {
            throw refuse($"{path} can't be read: {e.Message}", e);
        }
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="share">What others may do with it; nothing locks it for one alone.</param>
    /// <exception cref="NotRegularException">It is a folder, a pipe or a device.</exception>
    /// <exception cref="IOException">It can't be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    internal static SafeFileHandle Open(string path, FileShare share)
    {
        if (!OperatingSystem.IsWindows()) return UnixFile.Open(path, alone: share == FileShare.None);
        return Directory.Exists(path)
            ? throw NotRegularException.Folder()
            : File.OpenHandle(path, FileMode.Open, FileAccess.Read, share);
    }
}
