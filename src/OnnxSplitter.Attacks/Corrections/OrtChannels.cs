using MathNet.Numerics.LinearAlgebra.Double;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxSplitter.Attacks.Corrections;

/// <summary>Channels of tensors of float32.</summary>
internal static class OrtChannels
{
    /// <summary>Copies some.</summary>
    /// <param name="value">The tensor. Still the caller's.</param>
    /// <param name="axis">Along which they lie; -1 for the last.</param>
    /// <param name="channels">Which.</param>
    /// <returns>The caller's to dispose.</returns>
    public static OrtValue Of(OrtValue value, int axis, IReadOnlyList<int> channels)
    {
        var dims = value.GetTensorTypeAndShape().Shape;
        if (axis < 0) axis += dims.Length;
        var (count, inner) = ((int)dims[axis], Inner(dims, axis));
        var from = value.GetTensorDataAsSpan<float>();
        dims[axis] = channels.Count;
        var result = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, dims);
        var to = result.GetTensorMutableDataAsSpan<float>();
        for (var at = 0; at < to.Length; at += inner)
            from.Slice((at / inner / channels.Count * count + channels[at / inner % channels.Count]) * inner, inner)
                .CopyTo(to[at..]);
        return result;
    }

    /// <summary>A tensor as a matrix: all places by channels.</summary>
    public static DenseMatrix Rows(OrtValue value, int axis, int channels)
    {
        var dims = value.GetTensorTypeAndShape().Shape;
        if (axis < 0) axis += dims.Length;
        var inner = Inner(dims, axis);
        var values = value.GetTensorDataAsSpan<float>();
        var rows = new DenseMatrix(values.Length / channels, channels);
        for (var i = 0; i < values.Length; i++)
            rows[i / inner / channels * inner + i % inner, i / inner % channels] = values[i];
        return rows;
    }

    private static int Inner(long[] dims, int axis) =>
        (int)dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim);
}
