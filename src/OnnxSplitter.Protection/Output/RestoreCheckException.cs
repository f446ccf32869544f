using OnnxSplitter.Onnx;

namespace OnnxSplitter.Protection.Output;

/// <summary>What was written does not give the original back, so it got no name.</summary>
public sealed class RestoreCheckException : MismatchException
{
    internal RestoreCheckException(string path)
        : base($"The obfuscated file with the original weights is not {path}, so nothing was written.",
            "Check whether another program writes to the model, and report this if none does.")
    {
    }
}
