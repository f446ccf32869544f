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
