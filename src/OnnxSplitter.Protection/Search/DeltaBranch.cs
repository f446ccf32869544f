using Onnx;
using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// y = op(x, W0) + scatter(op(x, d)) for a change d of a few output channels: W0 stays a constant, d is an input, and
/// what the gradient with respect to d costs grows with the channels of d alone.
/// </summary>
internal static class DeltaBranch
{
    /// <summary>Appends a node together with its branch; values downstream keep their names.</summary>
    /// <param name="graph">The graph that grows.</param>
    /// <param name="g">Writes into the same graph.</param>
    /// <param name="node">One of the ops of <paramref name="use"/>. Not changed.</param>
    /// <param name="set">The channels.</param>
    /// <param name="use">How the op sees the tensor.</param>
    /// <param name="delta">Name of d, of the tensor's shape restricted to the channels.</param>
    public static void Append(
        GraphProto graph, GraphBuilder g, NodeProto node, ChannelSet set, ChannelUse use, string delta)
    {
        var whole = node.Clone();
        whole.Output[0] = g.NewName("Whole");
        graph.Node.Add(whole);
        var part = node.OpType == "Conv" ? Convolution(graph, g, node, set, delta) : Product(g, node, set, use, delta);
        graph.Node.Add(new NodeProto { OpType = "Add", Input = { whole.Output[0], part }, Output = { node.Output[0] } });
    }

    private static string Convolution(
        GraphProto graph, GraphBuilder g, NodeProto node, ChannelSet set, string delta)
    {
        var (dims, chosen) = (set.Tensor.Dims, set.Channels);
        var group = node.Attribute.FirstOrDefault(attribute => attribute.Name == "group")?.I ?? 1;
        var x = node.Input[0];
        if (group > 1)
        {
            // Each chosen filter becomes a group of its own and meets the inputs of the group that it is from.
            var inputs = chosen.Select(channel => channel / (dims[0] / group) * dims[1]);
            x = g.Op("Gather", [x, g.Ints([.. inputs.SelectMany(first => Enumerable.Range(0, (int)dims[1])
                .Select(i => first + i))])], ("axis", 1L));
        }

        var small = new NodeProto { OpType = "Conv", Input = { x, delta }, Output = { g.NewName("Part") } };
        small.Attribute.AddRange(node.Attribute.Where(attribute => attribute.Name != "group"));
        if (group > 1)
        {
            small.Attribute.Add(new AttributeProto
            {
                Name = "group",
                Type = AttributeProto.Types.AttributeType.Int,
                I = chosen.Count,
            });
        }

        graph.Node.Add(small);

        // A 1x1 convolution scatters: its gradient is the same, and ONNX Runtime has no fast scatter.
        return g.Op("Conv", [small.Output[0], Scatter(g, chosen, (int)dims[0], 1, channelsFirst: true, dims.Count - 2)]);
    }

    private static string Product(GraphBuilder g, NodeProto node, ChannelSet set, ChannelUse use, string delta)
    {
        var factor = node.OpType == "Gemm"
            ? node.Attribute.FirstOrDefault(attribute => attribute.Name == "alpha")?.F ?? 1
            : 1;
        var matrix = use.Transposed ? g.Transpose(delta, 1, 0) : delta;
        return g.MatMul(g.MatMul(node.Input[0], matrix),
            Scatter(g, set.Channels, (int)set.Tensor.Dims[use.Axis], factor, channelsFirst: false, 0));
    }

    /// <summary>The constant matrix that puts chosen channels in their places, with axes of size 1 behind.</summary>
    private static string Scatter(
        GraphBuilder g, IReadOnlyList<int> chosen, int channels, float factor, bool channelsFirst, int spatial)
    {
        var matrix = new float[channels * chosen.Count];
        for (var i = 0; i < chosen.Count; i++)
            matrix[channelsFirst ? chosen[i] * chosen.Count + i : i * channels + chosen[i]] = factor;
        long[] dims = channelsFirst ? [channels, chosen.Count] : [chosen.Count, channels];
        return g.Floats(matrix, [.. dims, .. Enumerable.Repeat(1L, spatial)]);
    }
}
