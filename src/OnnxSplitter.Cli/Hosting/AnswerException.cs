using OnnxSplitter.Onnx;

namespace OnnxSplitter.Cli.Hosting;

/// <summary>The command was carried out, and its answer is no.</summary>
internal sealed class AnswerException(string message, string remedy) : OnnxSplitterException(message, remedy);
