using OnnxSplitter.Onnx;

namespace OnnxSplitter.Attacks;

/// <summary>What was asked for can't be done.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="remedy">What to do.</param>
public sealed class AttackOptionsException(string message, string remedy) : OnnxSplitterException(message, remedy);
