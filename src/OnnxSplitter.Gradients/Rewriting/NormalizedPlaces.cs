using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Gradients.Rewriting;

/// <summary>
/// Batch normalisation as networks are trained with it (Ioffe and Szegedy, 2015): by the statistics of the batch. An
/// exported model has constants instead, or has them folded into its convolutions.
/// </summary>
public static class NormalizedPlaces
{
    private const int Mean = 3;
    private const int Variance = 4;

    /// <summary>Finds them.</summary>
    /// <param name="graph">A main graph in <see cref="WorkingForm"/>.</param>
    /// <returns>In graph order: nodes that normalise, and convolutions that none follows.</returns>
    public static IReadOnlyList<NormalizedPlace> In(GraphProto graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var dims = graph.Initializer.GroupBy(tensor => tensor.Name, StringComparer.Ordinal)
            .ToDictionary(named => named.Key, named => named.Last().Dims.ToArray(), StringComparer.Ordinal);
        var normalized = graph.Node.Where(IsBatchNormalization).Select(node => node.Input[0])
            .ToHashSet(StringComparer.Ordinal);
        var ranks = graph.Node.Where(IsConvolution).Where(node => dims.ContainsKey(node.Input[1]))
            .ToDictionary(node => node.Output[0], node => dims[node.Input[1]].Length, StringComparer.Ordinal);
        var places = new List<NormalizedPlace>();
        foreach (var node in graph.Node)
        {
            if (IsConvolution(node) && dims.TryGetValue(node.Input[1], out var kernel) && kernel.Length > 2
                && !normalized.Contains(node.Output[0]))
                places.Add(NormalizedPlace.Behind(node.Output[0], (int)kernel[0], kernel.Length));
            if (IsBatchNormalization(node) && dims.TryGetValue(node.Input[1], out var scale))
                places.Add(new NormalizedPlace(node.Output[0], (int)scale[0],
                    ranks.GetValueOrDefault(node.Input[0], 4),
                    node.Attribute.FirstOrDefault(attribute => attribute.Name == "epsilon")?.F ?? 1e-5f,
                    node.Input[1], node.Input[2], node.Input[Mean], node.Input[Variance]));
        }

        return places;
    }

    /// <summary>Whether a node makes a place's value by constants, in the place of which others are written.</summary>
    public static bool Normalizes(NodeProto node) => IsBatchNormalization(node);

    /// <summary>Writes a normalisation out.</summary>
    /// <param name="builder">Writes into the graph.</param>
    /// <param name="place">Where.</param>
    /// <param name="x">What is normalised.</param>
    /// <param name="scale">Of each channel [channels].</param>
    /// <param name="shift">What is added to each.</param>
    /// <param name="running">Mean and variance of each; null for those of the batch.</param>
    /// <returns>What comes out, and the mean and the variance that were used, [1, channels, 1, ...].</returns>
    public static (string Value, string Mean, string Variance) Append(GraphBuilder builder, NormalizedPlace place,
        string x, string scale, string shift, (string Mean, string Variance)? running)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(place);
        long[] dims = [.. Enumerable.Range(0, place.Rank).Select(axis => axis == 1 ? (long)place.Channels : 1)];
        long[] axes = [.. Enumerable.Range(0, place.Rank).Where(axis => axis != 1).Select(axis => (long)axis)];
        var mean = running is null ? builder.Reduce("ReduceMean", x, axes)
            : builder.Reshape(running.Value.Mean, dims);
        var difference = builder.Sub(x, mean);
        var variance = running is null
            ? builder.Reduce("ReduceMean", builder.Mul(difference, difference), axes)
            : builder.Reshape(running.Value.Variance, dims);
        var deviation = builder.Op("Sqrt", [builder.Add(variance, builder.Scalar(place.Epsilon))]);
        var factor = builder.Div(builder.Reshape(scale, dims), deviation);
        return (builder.Add(builder.Mul(difference, factor), builder.Reshape(shift, dims)), mean, variance);
    }

    private static bool IsBatchNormalization(NodeProto node) => node.OpType == "BatchNormalization"
        && node.Domain is "" or "ai.onnx" && node.Input.Count > Variance;

    private static bool IsConvolution(NodeProto node) =>
        OperatorTable.Find(node) is { Linear: LinearForm.Convolution } && node.Input.Count > 1;
}
