using OnnxSplitter.Onnx;

namespace OnnxSplitter.Data;

/// <summary>Data that cannot be read or that does not fit the model.</summary>
public sealed class DataFormatException(string message, string remedy, Exception? inner = null)
    : OnnxSplitterException(message, remedy, inner);
