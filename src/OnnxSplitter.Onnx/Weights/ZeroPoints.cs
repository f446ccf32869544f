namespace OnnxSplitter.Onnx.Weights;

/// <summary>The integers that stand for zero in a quantised weight tensor (ONNX DequantizeLinear): one for all, one for
/// each index of an axis, or one for each block along it.</summary>
/// <param name="Values">Where they lie; null if all are <paramref name="Default"/>.</param>
/// <param name="Default">What they are if the model does not say.</param>
/// <param name="Inner">Elements of the weight tensor between neighbours along the axis.</param>
/// <param name="Length">Its length along the axis.</param>
/// <param name="BlockSize">Elements of a block along the axis; 0 without blocks.</param>
/// <param name="Blocks">Length of the zero points along the axis, where there are blocks.</param>
public sealed record ZeroPoints(
    StoredTensor? Values, long Default, long Inner, long Length, long BlockSize, long Blocks)
{
    /// <summary>All are zero.</summary>
    public static ZeroPoints None { get; } = Constant(0);

    /// <summary>All are one number.</summary>
    public static ZeroPoints Constant(long value) => new(null, value, 1, 1, 0, 0);

    /// <summary>Index of the zero point of an element.</summary>
    internal long IndexOf(long element)
    {
        if (Values is not { Count: > 1 }) return 0;
        var along = element / Inner % Length;
        return BlockSize == 0
            ? along
            : (element / (Inner * Length) * Blocks + along / BlockSize) * Inner + element % Inner;
    }

    /// <summary>Whether every element of a tensor has one.</summary>
    internal bool Cover(long count) => Values is null || count == 0 || Values.Count > IndexOf(count - 1);
}
