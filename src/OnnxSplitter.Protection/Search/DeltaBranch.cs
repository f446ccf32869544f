using Onnx;
using OnnxSplitter.Gradients;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Protection.Search;

/// <summary>
/// W = W0 with d added to a few output channels, in a graph of which d is an input; and the gradient with respect to d,
/// which is computed from those channels of the op's gradient alone.
/// </summary>
/// <remarks>
/// Forms that were measured on ONNX Runtime 1.31, two threads, four channels of a 3 x 3 convolution: W by ScatterND
/// costs a copy of W, and a convolution by weights that are not constants takes 1.05 to 1.1 times as long as ONNX
/// Runtime's blocked one (0.8 with 512 channels of 4 x 4). y = op(x, W0) + scatter(op(x, d)) keeps W0 constant, but
/// four filters of 64 cost a third of all 64, and as much again on the way back: a step with sets in all convolutions
/// of ResNet-18 took 3.1 times a forward pass, and takes 2.5 times now. Padding the few channels to eight, so that the
/// sum stays in the blocked layout, and ConvTranspose instead of the small Conv changed nothing. W as W0 + E d by
/// MatMul and Add takes 4 to 7 ms a layer where ScatterND takes 1.5.
/// </remarks>
/// <param name="set">The channels.</param>
/// <param name="use">How the ops see the tensor.</param>
/// <param name="delta">Name of d, of the tensor's shape restricted to the channels.</param>
internal sealed class DeltaBranch(ChannelSet set, ChannelUse use, string delta)
{
    private readonly long[] _dims = [.. set.Tensor.Dims];
    private readonly long[] _small = use.Restricted(set);

    /// <summary>Appends W to a graph that has no nodes yet.</summary>
    /// <param name="g">Writes into the graph.</param>
    /// <param name="present">W0, row by row.</param>
    /// <returns>Its name, which stands for the tensor from then on.</returns>
    public string AppendWeights(GraphBuilder g, ReadOnlySpan<float> present)
    {
        var chosen = new float[_small.Aggregate(1L, (product, dim) => product * dim)];
        var (inner, width) = (Inner(_dims), _dims[use.Axis]);
        for (var i = 0; i < chosen.Length; i++)
        {
            var (block, channel, rest) = (i / inner / set.Channels.Count, i / inner % set.Channels.Count, i % inner);
            chosen[i] = present[(int)((block * width + set.Channels[(int)channel]) * inner + rest)];
        }

        var changed = g.Add(g.Floats(chosen, _small), delta);
        var weights = Scatter(g, set.Tensor.Path, use.Axis, changed);
        if (_dims.Length > 2)
        {
            // Turning a constant is done once, when the session is made; only what changes is turned in each run.
            TurnedWeights.Offer(g, weights, 1, () => Scatter(
                g, TurnedWeights.Of(g, set.Tensor.Path, _dims, 1), 1, TurnedWeights.Of(g, changed, _small, 1)));
        }

        return weights;
    }

    /// <summary>Appends the gradient with respect to d that comes from one of the ops.</summary>
    /// <param name="g">Writes into the graph.</param>
    /// <param name="values">Type and shape of the graph's values.</param>
    /// <param name="node">The op.</param>
    /// <param name="gradient">Name of the gradient of its output.</param>
    /// <returns>Its name.</returns>
    public string AppendGradient(
        GraphBuilder g, IReadOnlyDictionary<string, ValueInfo> values, NodeProto node, string gradient)
    {
        // The same op with the chosen channels alone, which is differentiated but never run.
        var convolution = OperatorTable.Find(node)?.Linear == LinearForm.Convolution;
        var part =
            new NodeProto { OpType = convolution ? "Conv" : "MatMul", Input = { node.Input[0], "" }, Output = { "" } };
        var (input, output) = (values[node.Input[0]], values[node.Output[0]]);
        var axis = convolution ? 1 : output.Dims.Length - 1;
        long[] matrix = use.Transposed ? [_small[1], _small[0]] : _small;
        if (convolution)
        {
            var group = Attribute(node, "group")?.I ?? 1;
            part.Attribute.AddRange(node.Attribute.Where(attribute => attribute.Name != "group"));
            if (group > 1)
            {
                // Each chosen filter becomes a group of its own and meets the inputs of the group that it is from.
                var first = set.Channels.Select(channel => channel / (_dims[0] / group) * _dims[1]);
                var inputs = first.SelectMany(start => Enumerable.Range(0, (int)_dims[1]).Select(i => start + i));
                part.Input[0] = g.Op("Gather", [node.Input[0], g.Ints([.. inputs])], ("axis", 1L));
                part.Attribute.Add(new AttributeProto
                {
                    Name = "group",
                    Type = AttributeProto.Types.AttributeType.Int,
                    I = set.Channels.Count,
                });
                input = input with { Dims = Replaced(input.Dims, 1, set.Channels.Count * _dims[1]) };
            }
        }

        (part.Input[1], part.Output[0]) = (g.NewName("part"), g.NewName("part"));
        var known = new Dictionary<string, ValueInfo>(StringComparer.Ordinal)
        {
            [part.Input[0]] = input,
            [part.Input[1]] = new(TensorProto.Types.DataType.Float, convolution ? _small : matrix),
            [part.Output[0]] = output with { Dims = Replaced(output.Dims, axis, set.Channels.Count) },
        };
        var chosen = g.Op("Gather", [gradient, g.Ints([.. set.Channels.Select(channel => (long)channel)])],
            ("axis", (long)axis));
        if (!convolution && Attribute(node, "alpha") is { } alpha) chosen = g.Mul(chosen, g.Scalar(alpha.F));
        var result = GradientGraph.Of(g, known, part, 1, chosen);
        return !convolution && use.Transposed ? g.Transpose(result, 1, 0) : result;
    }

    /// <summary>Writes channels of an axis, all at once, into a copy of a tensor.</summary>
    private string Scatter(GraphBuilder g, string whole, int axis, string channels)
    {
        if (axis == 0)
            return g.Op("ScatterND",
                [whole, g.Indices([.. set.Channels.Select(c => (long)c)], set.Channels.Count, 1), channels]);

        // The second axis: a pair of indices for every row.
        var rows = use.Axis == 0 ? _dims[1] : _dims[0];
        var pairs = Enumerable.Range(0, (int)rows)
            .SelectMany(row => set.Channels.SelectMany(c => new long[] { row, c }));
        return g.Op("ScatterND", [whole, g.Indices([.. pairs], rows, set.Channels.Count, 2), channels]);
    }

    private long Inner(long[] dims) => dims.Skip(use.Axis + 1).Aggregate(1L, (product, dim) => product * dim);

    private static AttributeProto? Attribute(NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    private static long[] Replaced(long[] dims, int axis, long size)
    {
        long[] changed = [.. dims];
        changed[axis] = size;
        return changed;
    }
}
