using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Onnx.Files;

/// <summary>Opens files to be read, and refuses what is no file with bytes in it.</summary>
public static class RegularFile
{
    private const FileShare Sharing = FileShare.Read | FileShare.Delete;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="refuse">Makes the exception for a message and its cause.</param>
    /// <returns>The open file, which the caller disposes.</returns>
    public static SafeFileHandle Open(string path, Func<string, Exception, OnnxSplitterException> refuse)
    {
        Refuse(path, refuse);
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, Sharing);
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

    /// <summary>
    /// Throws if a path leads to a folder, a pipe or a device. Opening a pipe waits until somebody writes to it,
    /// perhaps for ever, so that is told before.
    /// </summary>
    /// <param name="path">The file; that it does not exist is no reason.</param>
    /// <param name="refuse">As for <see cref="Open"/>.</param>
    public static void Refuse(string path, Func<string, Exception, OnnxSplitterException> refuse)
    {
        ArgumentNullException.ThrowIfNull(refuse);
        var why = Directory.Exists(path) ? $"{path} is a folder."
            : !FileStatus.IsRegular(path) ? $"{path} is no file, but a pipe or a device." : null;
        if (why is not null) throw refuse(why, new IOException(why));
    }
}
