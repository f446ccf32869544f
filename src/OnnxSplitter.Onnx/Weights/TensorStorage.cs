using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>Where the elements of a constant tensor lie.</summary>
/// <param name="File">
/// The data file that holds them, as the model names it: relative to the model's folder, with forward slashes. Empty
/// for the <c>.onnx</c> file itself.
/// </param>
/// <param name="Parts">The pieces, in the order of the elements.</param>
public sealed record TensorStorage(string File, IReadOnlyList<StoragePart> Parts)
{
    /// <summary>Whether a weight can get other bits in as many bytes as it has.</summary>
    /// <remarks>False only in <c>int32_data</c>, where the length of a number depends on its value.</remarks>
    public bool Fits(ElementType type, ulong before, ulong after)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Parts is not [{ Form: StorageForm.Varints or StorageForm.TaggedVarints }, ..]
            || Varints.Length(StoredNumber.InInt32Data(type, before))
                == Varints.Length(StoredNumber.InInt32Data(type, after));
    }

    /// <summary>Elements that lie side by side in the <c>.onnx</c> file.</summary>
    public static TensorStorage Packed(long offset, ElementType type, long count)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new TensorStorage("", [new StoragePart(StorageForm.Packed, offset, type.PackedLength(count), count)]);
    }
}
