using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.State;

/// <summary>A search's state that is not the one of this job and this signer, or that was altered.</summary>
/// <remarks>There is one message for all causes: authenticated decryption does not tell them apart.</remarks>
public sealed class SearchStateMismatchException : MismatchException
{
    internal SearchStateMismatchException(string path)
        : base(
            $"{path} is not the state of this search: it belongs to another model, other data, other options, another "
            + "signer or another version, or it was altered.",
            "Run the very job that began the search, with Resume; or set Force without it to begin anew.") =>
        Properties = [nameof(ProtectionOptions.Resume), nameof(ProtectionOptions.Force)];
}
