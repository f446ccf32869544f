namespace OnnxSplitter.Onnx;

/// <summary>Bytes that are not the ones that a digest or an authentication tag asks for.</summary>
public abstract class MismatchException(string message, string remedy) : OnnxSplitterException(message, remedy);
