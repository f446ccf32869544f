namespace OnnxSplitter.Onnx.External;

/// <summary>A file beside the model that holds values of its tensors (ONNX specification, "External Data").</summary>
/// <param name="Name">What the model calls it: relative to the model's folder, with forward slashes.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Length">Bytes.</param>
public sealed record DataFile(string Name, string Path, long Length)
{
    /// <summary>How the model spells the name: <c>./</c> may lie between its parts. Never empty.</summary>
    public IReadOnlyCollection<string> Spellings { get; init; } = [Name];

    /// <summary>
    /// Whether a symbolic link leads to it, out of the model's folder: ONNX Runtime then needs the model's own path.
    /// </summary>
    public bool IsElsewhere { get; init; }
}
