using Microsoft.ML.OnnxRuntime;
using Onnx;

namespace OnnxSplitter.Runtime.Ort;

/// <summary>What ONNX Runtime knows of a value, as a model says it.</summary>
internal static class ValueDescription
{
    /// <summary>A tensor's type and shape.</summary>
    public static ValueInfoProto Of(string name, NodeMetadata metadata)
    {
        var type = new TypeProto.Types.Tensor { ElemType = (int)metadata.ElementDataType };

        // Nothing is said of a value whose rank is not known: no dimensions would be those of a single number.
        if (metadata.Dimensions.Length > 0) type.Shape = new TensorShapeProto();
        for (var i = 0; i < metadata.Dimensions.Length; i++)
            type.Shape.Dim.Add(metadata.Dimensions[i] >= 0
                ? new TensorShapeProto.Types.Dimension { DimValue = metadata.Dimensions[i] }
                : new TensorShapeProto.Types.Dimension { DimParam = metadata.SymbolicDimensions[i] });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } };
    }
}
