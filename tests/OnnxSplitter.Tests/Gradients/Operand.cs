using Onnx;

namespace OnnxSplitter.Tests.Gradients;

/// <summary>One input of a case.</summary>
/// <param name="Dims">Its shape.</param>
/// <param name="Draw">Values of an input to differentiate with respect to, of so many elements.</param>
/// <param name="Constant">The content of any other input; if both are null, the input is left out.</param>
internal sealed record Operand(long[] Dims, Func<Random, int, float[]>? Draw = null, TensorProto? Constant = null)
{
    public int Count => (int)Dims.Aggregate(1L, (product, dim) => product * dim);
}
