namespace OnnxSplitter.Onnx.Weights;

/// <summary>A constant float32 tensor that an op multiplies by or adds, and where its values lie in the file.</summary>
/// <param name="Path">
/// Its stable name: an initializer's name, a <c>Constant</c> node's output, or, inside a subgraph,
/// <c>node/attribute/name</c>.
/// </param>
/// <param name="Dims">Shape.</param>
/// <param name="Offset">File position of the first value; values are little-endian IEEE 754, row by row.</param>
/// <param name="TopLevel">Whether it belongs to the main graph, so that its path is its name there.</param>
/// <param name="Role">What an op does with it.</param>
public sealed record WeightTensor(
    string Path, IReadOnlyList<long> Dims, long Offset, bool TopLevel, WeightRole Role)
{
    /// <summary>Bytes per value.</summary>
    public const int ValueSize = sizeof(float);

    /// <summary>Number of values.</summary>
    public long Count { get; } = Dims.Aggregate(1L, (product, dim) => checked(product * dim));
}

/// <summary>One weight's change.</summary>
/// <param name="Tensor">The tensor it belongs to.</param>
/// <param name="Index">Flat index, row by row.</param>
/// <param name="Original">Its bits in the original model.</param>
/// <param name="Obfuscated">Its bits in the obfuscated model.</param>
public readonly record struct WeightChange(WeightTensor Tensor, long Index, uint Original, uint Obfuscated);
