namespace OnnxSplitter.Gradients.Building;

/// <summary>A graph that can't be differentiated: an op without a rule, or a form of it that its rule lacks.</summary>
public sealed class GradientException(string message, string remedy)
    : OnnxSplitter.Onnx.OnnxSplitterException(message, remedy);
