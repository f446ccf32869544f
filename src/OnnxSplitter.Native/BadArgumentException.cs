using OnnxSplitter.Onnx;

namespace OnnxSplitter.Native;

/// <summary>A call that <c>onnxsplit.h</c> does not allow.</summary>
internal sealed class BadArgumentException(string message, string remedy) : OnnxSplitterException(message, remedy);
