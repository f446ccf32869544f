using OnnxSplitter.Onnx;

namespace OnnxSplitter.Secrets;

/// <summary>A certificate or a key that can't be used.</summary>
public sealed class CertificateException(string message, string remedy, Exception? inner = null)
    : OnnxSplitterException(message, remedy, inner);
