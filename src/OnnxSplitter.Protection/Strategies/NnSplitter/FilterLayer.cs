using System.Numerics.Tensors;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Protection.Strategies.NnSplitter;

/// <summary>
/// A weight tensor that a controller picks filters of. A filter is what makes one output channel: of a Conv of any
/// kernel size, or a column of a matrix product.
/// </summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Axis">Its axis of output channels: the first or the last.</param>
/// <param name="Range">What its changed weights stay within.</param>
internal sealed record FilterLayer(WeightTensor Tensor, int Axis, WeightRange Range)
{
    /// <summary>Number of filters.</summary>
    public int Filters => (int)Tensor.Dims[Axis];

    /// <summary>Weights of each filter.</summary>
    public int FilterSize => (int)(Tensor.Count / Filters);

    /// <summary>
    /// Flat index of a filter's weight, in the tensor or, with <paramref name="filters"/> of them chosen, in their
    /// delta.
    /// </summary>
    public long Index(int filter, int weight, int filters) =>
        Axis == 0 ? (long)filter * FilterSize + weight : (long)weight * filters + filter;

    /// <summary>The layers of a model, in the order of its index.</summary>
    /// <param name="model">The model at its original values.</param>
    /// <param name="output">The output that matters.</param>
    /// <param name="clamp">A range for all; null for each tensor's own.</param>
    /// <exception cref="ModelFormatException">There is none.</exception>
    public static IReadOnlyList<FilterLayer> Of(SearchModel model, string output, WeightRange? clamp)
    {
        var needed = Needed(model.Proto.Graph, output);
        var layers = new List<FilterLayer>();
        foreach (var tensor in model.Tensors)
        {
            if (tensor.Type != ElementType.Float32 || !tensor.Role.Multiplies
                || tensor.Role.Operator.Linear is not (LinearForm.Convolution or LinearForm.MatrixProduct)) continue;
            try
            {
                var use = ChannelUse.Of(model.Proto.Graph, tensor);
                if (!use.Outputs.Overlaps(needed)) continue;
                var values = model.Values(tensor.Path);
                layers.Add(new FilterLayer(tensor, use.Axis,
                    clamp ?? new WeightRange(TensorPrimitives.Min(values), TensorPrimitives.Max(values))));
            }
            catch (ModelFormatException)
            {
                // Its ops have no channels of it in common, so it has no filters.
            }
        }

        return layers.Count > 0 ? layers : throw new ModelFormatException(
            "The model has no weights with filters: no Conv, MatMul or Gemm whose second input is a constant.",
            "Set Strategy to gradient.")
        { Properties = [nameof(SearchSettings.Strategy)] };
    }

    /// <summary>Values that an output is computed from.</summary>
    private static HashSet<string> Needed(GraphProto graph, string output)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal) { output };
        foreach (var node in graph.Node.Reverse())
            if (node.Output.Any(needed.Contains)) needed.UnionWith(node.Input);
        return needed;
    }
}
