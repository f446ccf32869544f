using Onnx;

namespace OnnxSplitter.Gradients.Rewriting;

/// <summary>
/// Turns Constant nodes into initializers named like their outputs, so that constants are kept in one way.
/// </summary>
internal static class ConstantNodes
{
    /// <summary>Changes the main graph; bodies keep theirs. Values of text, or sparse ones, stay nodes.</summary>
    public static void ToInitializers(GraphProto graph)
    {
        var kept = new List<NodeProto>();
        foreach (var node in graph.Node)
        {
            if (node.OpType != "Constant" || node.Output.Count == 0 || Value(node) is not { } value)
            {
                kept.Add(node);
                continue;
            }

            value.Name = node.Output[0];
            graph.Initializer.Add(value);
        }

        graph.Node.Clear();
        graph.Node.AddRange(kept);
    }

    private static TensorProto? Value(NodeProto node)
    {
        if (node.Attribute is not [{ } attribute]) return null;
        return attribute.Name switch
        {
            "value" => attribute.T,
            "value_float" => new() { DataType = (int)TensorProto.Types.DataType.Float, FloatData = { attribute.F } },
            "value_int" => new() { DataType = (int)TensorProto.Types.DataType.Int64, Int64Data = { attribute.I } },
            "value_floats" => new()
            {
                DataType = (int)TensorProto.Types.DataType.Float,
                Dims = { attribute.Floats.Count },
                FloatData = { attribute.Floats },
            },
            "value_ints" => new()
            {
                DataType = (int)TensorProto.Types.DataType.Int64,
                Dims = { attribute.Ints.Count },
                Int64Data = { attribute.Ints },
            },
            _ => null,
        };
    }
}
