using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>What an op does with a weight tensor.</summary>
/// <param name="Operator">The op; of several that use the tensor, the first in graph order.</param>
/// <param name="Input">
/// Index of the op's input that the tensor reaches; -1 where an attribute of the op holds it.
/// </param>
/// <param name="Multiplies">Whether the op multiplies by it; otherwise it adds it, as a bias.</param>
public readonly record struct WeightRole(Operator Operator, int Input, bool Multiplies)
{
    /// <summary>The op's type, such as <c>Conv</c>.</summary>
    public string Op => Operator.Name;

    /// <summary>Position of that op among those of its graph, in an order in which they can be run: by it tensors
    /// are put in graph order.</summary>
    public int Node { get; init; }

    /// <summary>
    /// Axis of the tensor along which each place makes a channel of the op's output, -1 for its last; null where that
    /// is not known.
    /// </summary>
    public int? ChannelAxis { get; init; }

    /// <summary>How its integers stand for numbers; null if they reach the op as floats are.</summary>
    internal Quantization? Quantization { get; init; }
}
