namespace OnnxSplitter.Runtime;

/// <summary>Where a model goes that is restored: files, memory, a session.</summary>
internal interface IRestoreSink
{
    /// <summary>Takes one of the model's files: the <c>.onnx</c> file first, then every data file.</summary>
    /// <param name="part">What the sink asks it for is checked against the secrets. Not the sink's to keep.</param>
    void Take(RestoredPart part);
}
