namespace OnnxSplitter.Onnx.Weights;

/// <summary>What an op does with a weight tensor.</summary>
/// <param name="Op">The op's type, such as <c>Conv</c>; of several that use the tensor, the first in graph order.</param>
/// <param name="Input">Index of the op's input that the tensor reaches.</param>
/// <param name="Multiplies">Whether the op multiplies by it; otherwise it adds it, as a bias.</param>
public readonly record struct WeightRole(string Op, int Input, bool Multiplies)
{
    /// <summary>Position of that op in its graph, by which tensors can be put in graph order.</summary>
    public int Node { get; init; }

    /// <summary>How its integers stand for numbers; null if they reach the op as floats are.</summary>
    internal Quantization? Quantization { get; init; }
}

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
