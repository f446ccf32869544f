namespace OnnxSplitter.Runtime.Secured;

/// <summary>A tensor in shared memory.</summary>
/// <param name="Index">Of the model's inputs, or outputs.</param>
/// <param name="Dims">Its shape.</param>
/// <param name="Offset">Where its first byte lies.</param>
/// <param name="Length">Bytes.</param>
internal sealed record TensorPlace(int Index, IReadOnlyList<long> Dims, long Offset, long Length)
{
    /// <summary>Tensors begin at multiples of so many bytes.</summary>
    public const int Alignment = 64;

    /// <summary>Where one after this many bytes begins.</summary>
    public static long After(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
