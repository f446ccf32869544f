namespace OnnxSplitter.Onnx.Files;

/// <summary>What has a name is no file with bytes in it.</summary>
/// <param name="message">What it is, as the end of a sentence that begins with its name.</param>
internal sealed class NotRegularException(string message) : IOException(message)
{
    /// <summary>A folder.</summary>
    public static NotRegularException Folder() => new("is a folder.");

    /// <summary>Something else.</summary>
    public static NotRegularException Pipe() => new("is no file, but a pipe or a device.");
}
