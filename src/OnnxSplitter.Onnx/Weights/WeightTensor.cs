namespace OnnxSplitter.Onnx.Weights;

/// <summary>A constant tensor, or an attribute, that an op multiplies by or adds.</summary>
/// <remarks>
/// The weights of <c>MatMulNBits</c>, which the file holds as bytes, are seen as what they are: 4-bit numbers [rows,
/// blocks, block size].
/// </remarks>
/// <param name="Path">Its stable name.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Dims">Shape.</param>
/// <param name="Storage">Where its elements lie, row by row.</param>
/// <param name="TopLevel">Whether it belongs to the main graph.</param>
/// <param name="Role">What an op does with it.</param>
public sealed record WeightTensor(
    string Path, ElementType Type, IReadOnlyList<long> Dims, TensorStorage Storage, bool TopLevel, WeightRole Role)
    : StoredTensor(Path, Type, Dims, Storage)
{
    /// <summary>What stands for zero, where elements are integers; null for floats.</summary>
    public ZeroPoints? ZeroPoints { get; init; }

    /// <summary>By this, tensors are in graph order; those of bodies are last.</summary>
    public int GraphOrder => TopLevel ? Role.Node : int.MaxValue;

    /// <summary>The paths of those that hold what was learnt.</summary>
    /// <param name="tensors">
    /// Weight tensors. Those that bring features to a common scale do not count, if there are others.
    /// </param>
    public static IReadOnlySet<string> Learnt(IEnumerable<WeightTensor> tensors)
    {
        var paths = tensors.ToLookup(tensor => tensor.Role.Operator.Prepares, tensor => tensor.Path);
        return (paths.Contains(false) ? paths[false] : paths[true]).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// How many channels the tensor makes, and how far one is from the next: the weight at a flat index belongs to
    /// channel index / Inner % Count. Null where channels are not known.
    /// </summary>
    public (int Count, long Inner)? Channels
    {
        get
        {
            if (Role.ChannelAxis is not { } counted || Dims.Count < 2) return null;
            var axis = counted < 0 ? counted + Dims.Count : counted;
            return ((int)Dims[axis], Dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim));
        }
    }
}
