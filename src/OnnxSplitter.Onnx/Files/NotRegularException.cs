namespace OnnxSplitter.Onnx.Files;

/// <summary>What has a name is no file with bytes in it.</summary>
/// <param name="message">What it is.</param>
internal sealed class NotRegularException(string message) : IOException(message)
{
    /// <summary>A folder.</summary>
    public static NotRegularException Folder(string path) => new($"{path} is a folder.");

    /// <summary>Something else.</summary>
    public static NotRegularException Pipe(string path) => new($"{path} is no file, but a pipe or a device.");
}
