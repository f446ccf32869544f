using Onnx;

namespace OnnxSplitter.Gradients.Building;

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
    /// <summary>Whether its elements are of a type that gradients can be taken of.</summary>
    public bool IsFloat => Type is TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Double
        or TensorProto.Types.DataType.Float16 or TensorProto.Types.DataType.Bfloat16;

    /// <summary>Number of elements.</summary>
    public long Count => Dims.Aggregate(1L, (product, dim) => product * dim);
}
