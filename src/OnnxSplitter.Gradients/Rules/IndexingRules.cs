using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>Ops that pick values by index.</summary>
internal static class IndexingRules
{
    /// <summary>
    /// Adds up, per row of the data, the gradients of all the places that picked it, so that an index which occurs
    /// twice counts twice.
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
        var places = g.Expand(g.Reshape(c.Input(1), picks, 1), picks, restCount);
        var added =
            g.Op("ScatterElements", [g.Zeros(dims[axis], restCount), places, rows], ("axis", 0L), ("reduction", "add"));
        var sums = g.Reshape(added, dims[axis], before, restCount / before);
        return [g.Reshape(g.Transpose(sums, 1, 0, 2), dims)];
    }
}
