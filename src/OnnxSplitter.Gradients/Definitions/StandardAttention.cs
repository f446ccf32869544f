using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>
/// ONNX Attention-23 and -24. Inputs are [batch, heads, positions, d], or [batch, positions, heads d] with the numbers
/// of heads as attributes.
/// </summary>
internal static class StandardAttention
{
    /// <summary>Y, and K and V with what came before them.</summary>
    public static string?[] Define(RuleContext c)
    {
        if (c.HasInput(6)) throw c.Unsupported("nonpad_kv_seqlen is not supported");
        if (c.HasOutput(3)) throw c.Unsupported("its fourth output is not supported");
        var g = c.Graph;
        var query = Heads(c, 0, "q_num_heads");
        var (keys, values) = (Whole(c, 1, past: 4), Whole(c, 2, past: 5));
        var (positions, total) = (query.Dims[2], keys.Dims[2]);
        var masks = new List<string>();
        if (c.HasInput(3)) masks.Add(Mask(c, total));
        if (c.Node.Int("is_causal", 0) != 0) masks.Add(SharedHeads.Causal(g, positions, total));
        var result = SharedHeads.Attend(
            g, query, keys, values, c.Node.Find("scale")?.F, c.Node.Float("softcap", 0), masks);
        if (c.InputDims(0).Length == 3)
            result =
                g.Reshape(g.Transpose(result, 0, 2, 1, 3), query.Dims[0], positions, query.Dims[1] * values.Dims[3]);
        return [result, keys.Value, values.Value];
    }

    private static (string Value, long[] Dims) Heads(RuleContext c, int input, string attribute)
    {
        var dims = c.InputDims(input);
        if (dims.Length == 4) return (c.Input(input), dims);
        var heads = c.Node.Int(attribute, 1);
        var size = dims[2] / heads;
        return (c.Graph.Transpose(c.Graph.Reshape(c.Input(input), dims[0], dims[1], heads, size), 0, 2, 1, 3),
            [dims[0], heads, dims[1], size]);
    }

    private static (string Value, long[] Dims) Whole(RuleContext c, int input, int past)
    {
        var (value, dims) = Heads(c, input, "kv_num_heads");
        if (!c.HasInput(past) || c.InputDims(past)[2] == 0) return (value, dims);
        return (c.Graph.Concat([c.Input(past), value], axis: 2),
            [dims[0], dims[1], c.InputDims(past)[2] + dims[2], dims[3]]);
    }

    private static string Mask(RuleContext c, long total)
    {
        if (c.InputDims(3)[^1] != total && c.InputDims(3)[^1] != 1)
            throw c.Unsupported("a mask shorter than the keys is not supported");
        return c.InputIsFloat(3)
            ? c.Input(3)
            : c.Graph.Op("Where", [c.Input(3), c.Graph.Scalar(0), c.Graph.Scalar(float.MinValue)]);
    }
}
