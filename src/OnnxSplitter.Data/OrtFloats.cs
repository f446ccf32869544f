using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Data;

/// <summary>Reads results of any float type as floats.</summary>
internal static class OrtFloats
{
    /// <summary>The values, row by row; of float32 without copying.</summary>
    /// <param name="value">A tensor, or maps of scores; what is returned is valid for as long as it is.</param>
    /// <exception cref="ModelFormatException">Its elements are no floats.</exception>
    public static ReadOnlySpan<float> Read(OrtValue value)
    {
        if (!value.IsTensor) return ScoreMaps.Read(value).Values;
        var dataType = (int)value.GetTensorTypeAndShape().ElementDataType;
        if (dataType == (int)ElementType.Float32.DataType) return value.GetTensorDataAsSpan<float>();
        if (ElementType.Of(dataType) is not { IsInteger: false } type)
            throw new ModelFormatException($"A result has elements of type {dataType}, which are no floats.",
                "Choose another output, or export the model with outputs of a float type.");
        var packed = value.GetTensorMutableRawData();
        var values = new float[packed.Length * 8 / type.BitWidth];
        for (var i = 0; i < values.Length; i++) values[i] = (float)type.Decode(type.Read(packed, i));
        return values;
    }

    /// <summary>The shape of what <see cref="Read"/> gives.</summary>
    /// <param name="value">A tensor, or maps of scores.</param>
    public static long[] Shape(OrtValue value) =>
        value.IsTensor ? value.GetTensorTypeAndShape().Shape : ScoreMaps.Read(value).Dims;
}
