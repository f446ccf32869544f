using OnnxSplitter.Onnx;

namespace OnnxSplitter.Hosting;

/// <summary>The command can't be meant as it was written.</summary>
public sealed class UsageException(string message, string remedy) : OnnxSplitterException(message, remedy);
