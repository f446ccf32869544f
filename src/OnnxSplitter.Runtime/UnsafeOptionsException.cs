using OnnxSplitter.Onnx;

namespace OnnxSplitter.Runtime;

/// <summary>Session options that would write the restored model to the disk.</summary>
public sealed class UnsafeOptionsException(string message, string remedy) : OnnxSplitterException(message, remedy);
