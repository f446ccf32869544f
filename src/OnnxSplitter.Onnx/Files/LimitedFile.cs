namespace OnnxSplitter.Onnx.Files;

/// <summary>Reads small files whole, and refuses others before allocating for them.</summary>
public static class LimitedFile
{
    /// <summary>Reads a file of at most <paramref name="limit"/> bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">Bytes.</param>
    /// <param name="refuse">
    /// Makes the exception for a message and its cause; there is no cause where the file is too long.
    /// </param>
    public static byte[] Read(string path, int limit, Func<string, Exception?, OnnxSplitterException> refuse)
    {
        ArgumentNullException.ThrowIfNull(refuse);
        try
        {
            using var stream = new FileStream(RegularFile.Open(path, refuse), FileAccess.Read, bufferSize: 0);
            if (stream.Length > limit) throw refuse($"{path} is longer than {limit} bytes.", null);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException
                                      or NotSupportedException)
        {
            throw refuse($"{path} can't be read: {e.Message}", e);
        }
    }
}
