namespace OnnxSplitter.Onnx;

/// <summary>An output that cannot be written: no permission, no room, no such folder.</summary>
public sealed class OutputFailedException(string message, string remedy, Exception? inner = null)
    : OnnxSplitterException(message, remedy, inner);
