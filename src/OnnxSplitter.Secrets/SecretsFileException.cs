using OnnxSplitter.Onnx;

namespace OnnxSplitter.Secrets;

/// <summary>A secrets file that can't be read from the disk.</summary>
public sealed class SecretsFileException(string message, string remedy, Exception? inner = null)
    : OnnxSplitterException(message, remedy, inner);
