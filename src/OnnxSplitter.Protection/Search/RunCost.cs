using Onnx;
using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Protection.Search;

/// <summary>What running a model costs, told by its shapes alone: the same on every machine.</summary>
internal static class RunCost
{
    /// <summary>Multiplications of one example's convolutions and matrix products: most time goes there.</summary>
    /// <param name="nodes">The model's.</param>
    /// <param name="values">Type and shape of every value; nodes of values that are not known count nothing.</param>
    /// <param name="batch">Examples in a run with these shapes.</param>
    public static long Of(IEnumerable<NodeProto> nodes, IReadOnlyDictionary<string, ValueInfo> values, int batch)
    {
        return nodes.Sum(Products) / batch;

        long Products(NodeProto node)
        {
            var form = OperatorTable.Find(node)?.Linear ?? LinearForm.None;
            return form is not (LinearForm.Convolution or LinearForm.MatrixProduct)
                || !values.TryGetValue(node.Input[0], out var input)
                || !values.TryGetValue(node.Input[1], out var weights)
                || !values.TryGetValue(node.Output[0], out var output) ? 0
                : form == LinearForm.Convolution ? output.Count * (weights.Count / Math.Max(1, weights.Dims[0]))
                : output.Count * Summed(input, weights, output);
        }
    }

    /// <summary>How many products each value of a matrix product sums: of M x K and K x N, K.</summary>
    private static long Summed(ValueInfo a, ValueInfo b, ValueInfo output) => a.Dims.Length < 2 || b.Dims.Length < 2
        ? Math.Min(a.Count, b.Count)
        : a.Count / Math.Max(1, a.Dims[..^2].Aggregate(output.Dims[^2], (product, dim) => product * dim));
}
