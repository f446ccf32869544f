namespace OnnxSplitter.Onnx.Weights;

/// <summary>How a graph turns a tensor's integers into numbers.</summary>
/// <param name="ZeroPoint">Name of the zero points; empty for none.</param>
/// <param name="Axis">Axis of the zero points; counted from the end if negative.</param>
/// <param name="BlockSize">Elements of a block along the axis; 0 without blocks.</param>
internal sealed record Quantization(string ZeroPoint, long Axis, long BlockSize)
{
    /// <summary>Integers that are only converted to another type.</summary>
    public static Quantization Cast { get; } = new("", 0, 0);

    /// <summary>Whether an op in between changes the order or the shape.</summary>
    public bool Rearranged { get; init; }

    /// <summary>Of MatMulNBits: bits of a number, several of which share a byte; 0 for any other op.</summary>
    public long PackedBits { get; init; }
}
