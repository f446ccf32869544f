using Onnx;

namespace OnnxSplitter.Gradients;

/// <summary>What is known of one value of a graph for one size of batch.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Dims">Concrete shape; empty for a scalar.</param>
/// <param name="Integers">
/// The content of a small int64, int32 or bool tensor (shapes, axes, indices, switches), else null.
/// </param>
/// <param name="Floats">The content of a small float32 constant (scales), else null.</param>
public sealed record ValueInfo(
    TensorProto.Types.DataType Type, long[] Dims, long[]? Integers = null, float[]? Floats = null)
{
    /// <summary>Number of elements.</summary>
    public long Count => Dims.Aggregate(1L, (product, dim) => product * dim);
}
