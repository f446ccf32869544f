using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Data;

/// <summary>
/// Results that are a sequence of maps from class to score, one for each example (ai.onnx.ml ZipMap), as rows: classes
/// in the order of their labels.
/// </summary>
internal static class ScoreMaps
{
    /// <summary>Whether an output is one.</summary>
    public static bool Are(NodeMetadata output) => output.OnnxValueType == OnnxValueType.ONNX_TYPE_SEQUENCE
        && output.AsSequenceMetadata().ElementMeta is { OnnxValueType: OnnxValueType.ONNX_TYPE_MAP } element
        && element.AsMapMetadata().ValueMetadata.ElementDataType == TensorElementType.Float;

    /// <summary>The scores, and their shape.</summary>
    /// <exception cref="ModelFormatException">Examples have scores of different classes.</exception>
    public static (float[] Values, long[] Dims) Read(OrtValue sequence)
    {
        var count = sequence.GetValueCount();
        float[]? all = null;
        var width = 0;
        for (var i = 0; i < count; i++)
        {
            using var map = sequence.GetValue(i, OrtAllocator.DefaultInstance);
            using var scores = map.GetValue(1, OrtAllocator.DefaultInstance);
            var row = scores.GetTensorDataAsSpan<float>();
            all ??= new float[count * (width = row.Length)];
            if (row.Length != width)
                throw new ModelFormatException(
                    "The model gives scores of other classes for some examples than for others.",
                    "Choose another output.");
            row.CopyTo(all.AsSpan(i * width));
        }

        return (all ?? [], [count, width]);
    }
}
