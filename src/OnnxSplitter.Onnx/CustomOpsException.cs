namespace OnnxSplitter.Onnx;

/// <summary>A library of custom ops that ONNX Runtime can't take.</summary>
public sealed class CustomOpsException(string message, string remedy, Exception? inner = null)
    : OnnxSplitterException(message, remedy, inner);
