using Onnx;
using OnnxSplitter.Data;

namespace OnnxSplitter.Protection.Execution;

/// <summary>Writes concrete shapes into a graph's inputs, so that ONNX Runtime can fold what depends on them.</summary>
internal static class ConcreteShapes
{
    /// <summary>Takes them from what is fed.</summary>
    /// <param name="graph">Changed in place.</param>
    /// <param name="feeds">Values of some of its inputs.</param>
    public static void Write(GraphProto graph, FeedSet feeds)
    {
        foreach (var input in graph.Input)
        {
            if (!feeds.Values.TryGetValue(input.Name, out var value)) continue;
            var shape = new TensorShapeProto();
            foreach (var dim in value.GetTensorTypeAndShape().Shape)
                shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dim });
            input.Type.TensorType.Shape = shape;
        }
    }
}
