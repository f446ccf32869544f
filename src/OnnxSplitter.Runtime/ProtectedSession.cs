using Microsoft.ML.OnnxRuntime;

namespace OnnxSplitter.Runtime;

/// <summary>
/// A session over a restored model. It owns the memory that the restored weights are in, and is used, by several
/// threads at a time if need be, as any other.
/// </summary>
/// <remarks>
/// Disposing it frees the session, then zeroes and unmaps the restored weights: not before the last
/// <c>Run</c> has returned. ONNX Runtime frees its own copies, which it makes to optimise, without zeroing them.
/// </remarks>
public sealed class ProtectedSession : InferenceSession
{
    private readonly RestoredMemory _memory;

    internal ProtectedSession(RestoredMemory memory, SessionOptions options)
        : base(memory.Model, options) => _memory = memory;

    /// <summary>Bytes of data files that are copies in memory, since restoring has changed something there.</summary>
    public long RestoredBytes => _memory.Parts.Sum(part => part.Mapping.PrivateBytes);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);

        // Else the mappings are finalised, after this.
        if (disposing) _memory.Dispose();
    }
}
