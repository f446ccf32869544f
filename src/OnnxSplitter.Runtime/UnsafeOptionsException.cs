using OnnxSplitter.Onnx;

namespace OnnxSplitter.Runtime;

/// <summary>Session options that would bring restored weights to the disk, or answers of obfuscated ones.</summary>
public sealed class UnsafeOptionsException(string message, string remedy) : OnnxSplitterException(message, remedy);
