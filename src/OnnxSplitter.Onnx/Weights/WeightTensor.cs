namespace OnnxSplitter.Onnx.Weights;

/// <summary>A constant tensor of numbers, and where they lie.</summary>
/// <param name="Path">
/// Its stable name: an initializer's name, a <c>Constant</c> node's output, or, inside a subgraph,
/// <c>node/attribute/name</c>; inside a function, <c>domain::function/name</c>.
/// </param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Dims">Shape.</param>
/// <param name="Storage">Where its elements lie, row by row.</param>
public record StoredTensor(string Path, ElementType Type, IReadOnlyList<long> Dims, TensorStorage Storage)
{
    /// <summary>Number of values.</summary>
    public long Count { get; } = Dims.Aggregate(1L, (product, dim) => checked(product * dim));
}

/// <summary>A constant tensor that an op multiplies by or adds.</summary>
/// <remarks>
/// The weights of <c>MatMulNBits</c>, which the file holds as bytes, are seen as what they are: 4-bit numbers [rows, blocks,
/// block size].
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

/// <summary>One weight's change. Bits are those of the tensor's type, in the lowest places.</summary>
/// <param name="Tensor">The tensor it belongs to.</param>
/// <param name="Index">Flat index, row by row.</param>
/// <param name="Original">Its bits in the original model.</param>
/// <param name="Obfuscated">Its bits in the obfuscated model.</param>
public readonly record struct WeightChange(WeightTensor Tensor, long Index, ulong Original, ulong Obfuscated);

/// <summary>The bits of one weight.</summary>
/// <param name="Tensor">The tensor it belongs to.</param>
/// <param name="Index">Flat index, row by row.</param>
/// <param name="Bits">Bits of the tensor's type, in the lowest places.</param>
public readonly record struct WeightBits(WeightTensor Tensor, long Index, ulong Bits);
