namespace OnnxSplitter.Onnx;

/// <summary>An output that would overwrite an input or an existing file.</summary>
public sealed class OutputExistsException(string message, string remedy, Exception? inner = null)
    : OnnxSplitterException(message, remedy, inner);
