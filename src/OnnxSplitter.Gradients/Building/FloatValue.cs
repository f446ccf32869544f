using Onnx;

namespace OnnxSplitter.Gradients.Building;

/// <summary>Declares values of float32.</summary>
internal static class FloatValue
{
    /// <summary>A name with a concrete shape.</summary>
    public static ValueInfoProto Of(string name, IEnumerable<long> dims)
    {
        var shape = new TensorShapeProto();
        foreach (var dim in dims) shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dim });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor
                {
                    ElemType = (int)TensorProto.Types.DataType.Float,
                    Shape = shape,
                },
            },
        };
    }
}
