using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Secrets.Payload;

/// <summary>The touched weights of one tensor and what restoring makes of them.</summary>
/// <remarks>Equality is that of the arrays' references, not of their content.</remarks>
public sealed record TensorSecrets
{
    /// <summary>Describes a touched tensor.</summary>
    /// <param name="path">Tensor path, not empty.</param>
    /// <param name="type">Type of its elements.</param>
    /// <param name="dims">Shape of the tensor, at most 64 dims; empty for a scalar.</param>
    /// <param name="indices">Flat indices, row by row: at least one, strictly ascending. Owned from here on.</param>
    /// <param name="restoredBits">Bits of that type, in the lowest places, for every index. Owned from here on.</param>
    /// <exception cref="ArgumentException">A value breaks these rules.</exception>
    public TensorSecrets(
        string path, ElementType type, IReadOnlyList<long> dims, long[] indices, ulong[] restoredBits)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(dims);
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(restoredBits);
        CheckIndices(indices, CountOf(dims));
        if (indices.Length != restoredBits.Length)
            throw new ArgumentException("There is one value for every index.", nameof(restoredBits));
        if (!Array.TrueForAll(restoredBits, type.Holds))
            throw new ArgumentException($"A value has more bits than {type}.", nameof(restoredBits));
        Path = path;
        Type = type;
        Dims = [.. dims];
        Indices = indices;
        RestoredBits = restoredBits;
    }

    /// <summary>Tensor path.</summary>
    public string Path { get; }

    /// <summary>Type of the tensor's elements.</summary>
    public ElementType Type { get; }

    /// <summary>Shape of the whole tensor.</summary>
    public IReadOnlyList<long> Dims { get; }

    /// <summary>Flat indices, row by row, strictly ascending. Zeroed when the secrets are disposed.</summary>
    public long[] Indices { get; }

    /// <summary>
    /// What restoring puts at <see cref="Indices"/>, in the lowest places: the original bits, or those of the one value
    /// of compact secrets. Zeroed when the secrets are disposed.
    /// </summary>
    public ulong[] RestoredBits { get; }

    internal void Zero()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(Indices.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(RestoredBits.AsSpan()));
    }

    private static long CountOf(IReadOnlyList<long> dims)
    {
        if (dims.Count > PayloadBounds.MaxRank)
            throw new ArgumentException($"A tensor has at most {PayloadBounds.MaxRank} dims.", nameof(dims));
        long count = 1;
        foreach (var dim in dims)
        {
            if (dim < 0 || (dim > 0 && count > long.MaxValue / dim))
                throw new ArgumentException("The shape is out of range.", nameof(dims));
            count *= dim;
        }

        return count;
    }

    private static void CheckIndices(long[] indices, long count)
    {
        if (indices.Length == 0) throw new ArgumentException("No weight of the tensor is touched.", nameof(indices));
        var previous = -1L;
        foreach (var index in indices)
        {
            if (index <= previous || index >= count)
                throw new ArgumentException("Indices ascend strictly within the tensor.", nameof(indices));
            previous = index;
        }
    }
}
