namespace OnnxSplitter.Onnx.Weights;

/// <summary>A constant tensor that an op multiplies by or adds.</summary>
/// <remarks>
/// The weights of <c>MatMulNBits</c>, which the file holds as bytes, are seen as what they are: 4-bit numbers [rows,
/// blocks, block size].
/// </remarks>
/// <param name="Path">Its stable name.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Dims">Shape.</param>
/// <param name="Storage">Where its elements lie, row by row.</param>
/// <param name="TopLevel">Whether it belongs to the main graph, so that its path is its name there.</param>
/// <param name="Role">What an op does with it.</param>
public sealed record WeightTensor(
    string Path, ElementType Type, IReadOnlyList<long> Dims, TensorStorage Storage, bool TopLevel, WeightRole Role)
    : StoredTensor(Path, Type, Dims, Storage)
{
    /// <summary>What stands for zero, where elements are integers; null for floats.</summary>
    public ZeroPoints? ZeroPoints { get; init; }
}
