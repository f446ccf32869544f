namespace OnnxSplitter.Runtime;

/// <summary>An obfuscated model as it was shipped.</summary>
/// <param name="Name">What messages call it: its path, if it has one.</param>
/// <param name="Sha256">Of its <c>.onnx</c> file.</param>
/// <param name="Read">Reads that file.</param>
internal sealed record ShippedModel(string Name, byte[] Sha256, Func<byte[]> Read)
{
    /// <summary>Where its data files lie; null for one that is no file.</summary>
    public string? Folder => File.Exists(Name) ? Path.GetDirectoryName(Path.GetFullPath(Name)) : null;
}
