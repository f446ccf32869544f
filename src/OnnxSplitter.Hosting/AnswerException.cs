using OnnxSplitter.Onnx;

namespace OnnxSplitter.Hosting;

/// <summary>The command was carried out, and its answer is no.</summary>
public sealed class AnswerException(string message, string remedy) : OnnxSplitterException(message, remedy);
