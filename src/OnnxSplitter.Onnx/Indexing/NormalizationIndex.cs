using Google.Protobuf.Collections;
using Onnx;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Onnx.Indexing;

/// <summary>Collects what nodes that normalise have for each channel.</summary>
/// <param name="places">Where tensors lie.</param>
internal sealed class NormalizationIndex(TensorPlaces places)
{
    private readonly List<Normalization> _found = [];

    /// <summary>Looks at the nodes of a graph.</summary>
    public void Add(RepeatedField<NodeProto> nodes, ConstantScope scope)
    {
        foreach (var node in nodes)
        {
            if (OperatorTable.Find(node) is not { PerChannel: { Count: > 0 } inputs } op) continue;
            ChannelParameter[] parameters =
            [
                .. inputs.Where(input => input < node.Input.Count)
                    .Select(input => (Input: input, Values: Find(node.Input[input], scope)))
                    .Where(pair => pair.Values is not null)
                    .Select(pair => new ChannelParameter(pair.Input, pair.Values!)),
            ];
            if (parameters.Length > 0 && parameters.All(one => one.Values.Count == parameters[0].Values.Count))
                _found.Add(new Normalization(op, parameters));
        }
    }

    /// <summary>What was found, with the model's weight tensors in place of those that lie where they do.</summary>
    public IReadOnlyList<Normalization> With(IEnumerable<WeightTensor> tensors)
    {
        var known = new Dictionary<(string, long), WeightTensor>();
        foreach (var tensor in tensors) known[PlaceOf(tensor)] = tensor;
        return
        [
            .. _found.Select(one => one with
            {
                Parameters =
                [
                    .. one.Parameters.Select(parameter =>
                        known.TryGetValue(PlaceOf(parameter.Values), out var tensor)
                            && tensor.Count == parameter.Values.Count
                            ? parameter with { Values = tensor }
                            : parameter),
                ],
            }),
        ];
    }

    private StoredTensor? Find(string name, ConstantScope scope) =>
        scope.Find(name) is { } constant
        && places.Find(constant.Tensor, constant.Site, name, out _) is { Type.IsInteger: false, Count: > 1 } found
            ? found
            : null;

    private static (string, long) PlaceOf(StoredTensor tensor) =>
        (tensor.Storage.File, tensor.Storage.Parts[0].Offset);
}
