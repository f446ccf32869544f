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
