using OnnxSplitter.Onnx;

namespace OnnxSplitter.Cli.Hosting;

/// <summary>The command can't be meant as it was written.</summary>
internal sealed class UsageException(string message, string remedy) : OnnxSplitterException(message, remedy);
