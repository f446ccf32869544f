using OnnxSplitter.Onnx;

namespace OnnxSplitter.Secrets;

/// <summary>Secrets that come from the trusted signer, who does not let them be used here or now.</summary>
public sealed class TermsException(string message, string remedy) : OnnxSplitterException(message, remedy);
