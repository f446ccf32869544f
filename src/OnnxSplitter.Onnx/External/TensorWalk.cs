using Onnx;

namespace OnnxSplitter.Onnx.External;

/// <summary>Every tensor of a model, wherever it is.</summary>
internal static class TensorWalk
{
    public static IEnumerable<TensorProto> All(ModelProto model) =>
    [
        .. Of(model.Graph),
        .. model.Functions.SelectMany(function => Of(function.Node)),
        .. model.Functions.SelectMany(function => Of(function.AttributeProto)),
        .. model.TrainingInfo.SelectMany(training => Of(training.Initialization).Concat(Of(training.Algorithm))),
    ];

    private static IEnumerable<TensorProto> Of(GraphProto? graph) => graph is null
        ? []
        : [.. graph.Initializer, .. graph.SparseInitializer.SelectMany(Of), .. Of(graph.Node)];

    private static IEnumerable<TensorProto> Of(IEnumerable<NodeProto> nodes) =>
        nodes.SelectMany(node => Of(node.Attribute));

    private static IEnumerable<TensorProto> Of(IEnumerable<AttributeProto> attributes)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.T is not null) yield return attribute.T;
            foreach (var tensor in attribute.Tensors) yield return tensor;
            foreach (var tensor in Of(attribute.G).Concat(attribute.Graphs.SelectMany(Of))) yield return tensor;
            foreach (var sparse in attribute.SparseTensors.Append(attribute.SparseTensor)
                .Where(sparse => sparse is not null))
                foreach (var tensor in Of(sparse)) yield return tensor;
        }
    }

    private static IEnumerable<TensorProto> Of(SparseTensorProto sparse) =>
        new[] { sparse.Values, sparse.Indices }.Where(tensor => tensor is not null);
}
