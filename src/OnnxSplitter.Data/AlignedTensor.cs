using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxSplitter.Data;

/// <summary>Tensors to feed, in memory of ONNX Runtime's own allocator.</summary>
/// <remarks>
/// Sums in ONNX Runtime (ReduceSum, ReduceMean, InstanceNormalization) add up in an order that depends on how their
/// input is aligned. An array of .NET lies where the garbage collector puts it, so that the same values fed twice could
/// give results that differ in their last bits, and the same seed other weights.
/// </remarks>
internal static class AlignedTensor
{
    /// <summary>A copy of the values. The caller disposes it.</summary>
    /// <param name="values">Row by row.</param>
    /// <param name="dims">Shape.</param>
    public static OrtValue Of(ReadOnlySpan<float> values, ReadOnlySpan<long> dims) =>
        Of(TensorElementType.Float, MemoryMarshal.AsBytes(values), dims);

    /// <inheritdoc cref="Of(ReadOnlySpan{float}, ReadOnlySpan{long})"/>
    public static OrtValue Of(ReadOnlySpan<long> values, ReadOnlySpan<long> dims) =>
        Of(TensorElementType.Int64, MemoryMarshal.AsBytes(values), dims);

    /// <summary>The same of an element type that is known at run time.</summary>
    /// <param name="type">Element type.</param>
    /// <param name="values">Bytes, row by row; of strings (<see cref="TextArray"/>), none where all are empty.</param>
    /// <param name="dims">Shape.</param>
    public static OrtValue Of(TensorElementType type, ReadOnlySpan<byte> values, ReadOnlySpan<long> dims)
    {
        if (type == TensorElementType.String)
        {
            var texts = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, dims.ToArray());
            var count = values.IsEmpty ? 0 : texts.GetTensorTypeAndShape().ElementCount;
            var all = TextArray.All(values, count);
            for (var i = 0; i < all.Length; i++) texts.StringTensorSetElementAt(all[i].AsSpan(), i);
            return texts;
        }

        var tensor = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, [.. dims]);
        values.CopyTo(tensor.GetTensorMutableRawData());
        return tensor;
    }
}
