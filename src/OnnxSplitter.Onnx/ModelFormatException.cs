namespace OnnxSplitter.Onnx;

/// <summary>A model that cannot be read, or that uses something not supported.</summary>
public sealed class ModelFormatException(string message, string remedy, Exception? inner = null)
    : OnnxSplitterException(message, remedy, inner);
