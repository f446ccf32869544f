using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.State;

/// <summary>A search's state that can't be read from the disk.</summary>
public sealed class SearchStateFileException : OnnxSplitterException
{
    internal SearchStateFileException(string message, Exception? inner)
        : base(message, "Leave out Resume to begin anew, or name the file with State.", inner) =>
        Properties = [nameof(ProtectionOptions.Resume), nameof(ProtectionOptions.State)];
}
