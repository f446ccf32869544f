namespace OnnxSplitter.Runtime;

/// <summary>Restores the <c>.onnx</c> file in memory, and leaves data files alone.</summary>
internal sealed class MemorySink : IRestoreSink
{
    /// <summary>The restored file, in an array that the garbage collector never moves. The caller zeroes it.</summary>
    public byte[] Model { get; private set; } = [];

    public void Take(RestoredPart part)
    {
        if (part.Name.Length == 0) Model = part.ToArray(shipped: true);
    }
}
