namespace OnnxSplitter.Onnx.Files;

/// <summary>
/// A model's files in a <see cref="FileCommit"/>, which lie under their own names in a folder beside the target until
/// then: the model can be loaded from there.
/// </summary>
/// <remarks>
/// The names of data files stand inside the <c>.onnx</c> file, so they are the same wherever the model is: the folder
/// of the output gets them too.
/// </remarks>
public sealed class StagedModel
{
    private readonly IReadOnlyDictionary<string, StagedFile> _files;

    internal StagedModel(IReadOnlyDictionary<string, StagedFile> files) => _files = files;

    /// <summary>The target's path, as it was given.</summary>
    public string Path => _files[""].Path;

    /// <summary>Path of the <c>.onnx</c> file until the commit; its data files lie beside it.</summary>
    public string StagedPath => _files[""].StagedPath;

    /// <summary>Writes one of the files, once, and waits until it is on the disk.</summary>
    /// <param name="name">Name of a data file, or empty for the <c>.onnx</c> file.</param>
    /// <param name="write">Gets the new file, empty, readable and writable; it is closed afterwards.</param>
    /// <exception cref="OutputFailedException">Writing failed.</exception>
    public void Write(string name, Action<FileStream> write) => _files[name].Write(write);
}
