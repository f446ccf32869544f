using OnnxSplitter.Onnx;

namespace OnnxSplitter.Hosting;

/// <summary>A file whose digest is not the one that the secrets name.</summary>
public sealed class DigestException(string path, string why) : MismatchException(
    $"{path} is not the file these secrets belong to: {why}.",
    "Use the model and the secrets that were made together, both unchanged.");
