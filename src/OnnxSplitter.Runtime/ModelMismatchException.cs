using OnnxSplitter.Onnx;

namespace OnnxSplitter.Runtime;

/// <summary>A model that the secrets at hand were not made for, or that was altered since.</summary>
public sealed class ModelMismatchException : MismatchException
{
    internal ModelMismatchException(string path, string why)
        : base(
            $"{path} is not the model these secrets belong to: {why}.",
            "Use the obfuscated model and the secrets that were made together, both unchanged.")
    {
    }

    internal static ModelMismatchException OtherDigest(string path) => new(path, "its SHA-256 is another");
}
