using OnnxSplitter.Gradients.Building;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>Ops that pick values by index.</summary>
internal static class IndexingRules
{
    /// <summary>
    /// Adds up, per row of the data, the gradients of all the places that picked it: a product with the one-hot matrix
    /// of the indices, so that an index which occurs twice counts twice (and negative indices work).
    /// </summary>
    public static Partial?[] Gather(RuleContext c)
    {
        if (!c.Wants(0)) return [];
        var g = c.Graph;
        var (dims, indexDims) = (c.InputDims(0), c.InputDims(1));
        var axis = (int)RuleContext.Axis(c.Node.Int("axis", 0), dims.Length);
        var picks = indexDims.Aggregate(1L, (product, dim) => product * dim);
        var rest = (long[])[.. dims[..axis], .. dims[(axis + 1)..]];
        var restCount = rest.Aggregate(1L, (product, dim) => product * dim);

        // Y is [before, picks, after]; picks move to the front.
        var before = dims[..axis].Aggregate(1L, (product, dim) => product * dim);
        var rows = g.Reshape(
            g.Transpose(g.Reshape(c.Gradient, before, picks, restCount / before), 1, 0, 2), picks, restCount);
        // ONNX Runtime has no OneHot that makes floats from 32-bit indices.
        var indices = c.InputType(1) == Type.Int64
            ? c.Input(1)
            : g.Op("Cast", [c.Input(1)], ("to", (long)Type.Int64));
        var oneHot = g.Op("OneHot",
            [g.Reshape(indices, picks), g.Ints(dims[axis]), g.Floats([0, 1], 2)], ("axis", 0L));
        var sums = g.Reshape(g.MatMul(oneHot, rows), dims[axis], before, restCount / before);
        return [g.Reshape(g.Transpose(sums, 1, 0, 2), dims)];
    }
}
