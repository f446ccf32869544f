using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Operators;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Protection.Search;

/// <summary>How the ops that use a weight tensor see it.</summary>
/// <param name="Outputs">
/// First outputs of the ops: each a Conv, a Gemm without transA or a MatMul, with the tensor as second input, directly
/// or through Identity and two-dimensional Transpose nodes.
/// </param>
/// <param name="Axis">The tensor's axis that is the ops' output channels.</param>
/// <param name="Transposed">Whether the ops' matrix [inputs, outputs] is the tensor transposed.</param>
internal sealed record ChannelUse(IReadOnlySet<string> Outputs, int Axis, bool Transposed)
{
    /// <summary>Follows a tensor to its ops.</summary>
    /// <exception cref="ModelFormatException">
    /// It reaches another op, or another input, or on another way, or the ops disagree about the axis; or there is
    /// none.
    /// </exception>
    public static ChannelUse Of(GraphProto graph, WeightTensor tensor)
    {
        // A name that holds the tensor, and whether it does so transposed.
        var names = new Dictionary<string, bool>(StringComparer.Ordinal) { [tensor.Path] = false };
        var outputs = new HashSet<string>(StringComparer.Ordinal);
        var convolutions = 0;
        var transposed = new HashSet<bool>();
        foreach (var node in graph.Node)
        {
            if (!node.Input.Any(names.ContainsKey)) continue;
            var swapped = names[node.Input.First(names.ContainsKey)];
            var op = OperatorTable.Find(node);
            if (op?.Passes == PassThrough.Unchanged) names[node.Output[0]] = swapped;
            else if (op?.Passes == PassThrough.Permuted && tensor.Dims.Count == 2
                && (Ints(node, "perm") ?? [1, 0]) is var permutation)
                names[node.Output[0]] = swapped != permutation is [1, 0];
            else if (node.Input.Count > 1 && node.Input.Count(names.ContainsKey) == 1
                && names.ContainsKey(node.Input[1])
                && HasChannels(op, node, tensor))
            {
                outputs.Add(node.Output[0]);
                var convolution = op!.Linear == LinearForm.Convolution;
                if (convolution) convolutions++;
                transposed.Add(convolution || swapped != (Int(node, "transB") != 0));
            }
            else throw Refused(
                tensor, $"it is used by node '{node.Name}' (op {node.OpType}), which has no channels of it");
        }

        if (outputs.Count == 0) throw Refused(tensor, "no Conv, MatMul or Gemm of the main graph uses it");
        if (transposed.Count > 1)
            throw Refused(tensor, "its rows are the channels of one op and its columns those of another");
        if (convolutions > 0 && convolutions < outputs.Count)
            throw Refused(tensor, "it is used by a Conv and by a matrix product");
        return new ChannelUse(outputs, transposed.Single() ? 0 : tensor.Dims.Count - 1, transposed.Single());
    }

    private static bool HasChannels(Operator? op, NodeProto node, WeightTensor tensor) => op?.Linear switch
    {
        LinearForm.Convolution => tensor.Dims.Count >= 3,
        LinearForm.MatrixProduct => tensor.Dims.Count == 2 && Int(node, "transA") == 0,
        _ => false,
    };

    /// <summary>Shape of the tensor restricted to a set's channels.</summary>
    public long[] Restricted(ChannelSet set)
    {
        long[] dims = [.. set.Tensor.Dims];
        dims[Axis] = set.Channels.Count;
        return dims;
    }

    private static long Int(NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.I ?? 0;

    private static long[]? Ints(NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name) is { } attribute
            ? [.. attribute.Ints] : null;

    public static ModelFormatException Refused(WeightTensor tensor, string why) => new(
        $"Channels of {tensor.Path} can't be changed apart from the rest: {why}.", "Exclude this tensor.");
}
