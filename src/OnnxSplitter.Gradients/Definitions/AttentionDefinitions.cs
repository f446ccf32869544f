using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>
/// Attention of which every head has its own keys and values (ONNX Runtime's contrib operators Attention and
/// MultiHeadAttention). Heads are [batch, heads, positions, d].
/// </summary>
internal static class AttentionDefinitions
{
    /// <summary>Q, K and V are products of the input [batch, positions, in] with the weights' columns.</summary>
    public static string?[] Attention(RuleContext c)
    {
        if (c.Node.Int("do_rotary", 0) != 0) throw c.Unsupported("do_rotary is not supported");
        if (c.HasInput(4)) throw c.Unsupported("a past is not supported");
        var g = c.Graph;
        var columns = c.InputDims(1)[1];
        var sizes = c.Node.Ints("qkv_hidden_sizes") ?? [columns / 3, columns / 3, columns / 3];
        var product = g.MatMul(c.Input(0), c.Input(1));
        if (c.HasInput(2)) product = g.Add(product, c.Input(2));
        var heads = new string[3];
        long start = 0;
        for (var i = 0; i < 3; i++)
        {
            var part = g.Slice(product, [start], [start + sizes[i]], [2], [1]);
            heads[i] = Heads(c, part, c.InputDims(0)[0], c.InputDims(0)[1], sizes[i]);
            start += sizes[i];
        }

        var positions = c.InputDims(0)[1];
        return [Attend(c, heads, c.InputDims(0)[0], positions, positions, sizes[0], sizes[2], mask: 3, bias: 5)];
    }

    /// <summary>
    /// Q, K and V are inputs: [batch, positions, heads d], or K and V in heads already; one bias for all three.
    /// </summary>
    public static string?[] MultiHead(RuleContext c)
    {
        if (!c.HasInput(1) || !c.HasInput(2) || c.InputDims(0).Length != 3)
            throw c.Unsupported("packed inputs are not supported");
        if (c.HasInput(6) || c.HasInput(7) || c.HasOutput(1)) throw c.Unsupported("a past is not supported");
        var g = c.Graph;
        var (query, key, value) = (c.InputDims(0), c.InputDims(1), c.InputDims(2));
        var width = value.Length == 4 ? value[1] * value[3] : value[2];
        var keys = key.Length == 4 ? key[2] : key[1];
        long[] widths = [query[2], key.Length == 4 ? key[1] * key[3] : key[2], width];
        long start = 0;
        var heads = new string[3];
        for (var i = 0; i < 3; i++)
        {
            var part = c.Input(i);
            if (c.HasInput(3) && c.InputDims(i).Length == 3)
                part = g.Add(part, g.Slice(c.Input(3), [start], [start + widths[i]], [0], [1]));
            start += widths[i];
            heads[i] = c.InputDims(i).Length == 4 ? part : Heads(c, part, query[0], c.InputDims(i)[1], widths[i]);
        }

        return [Attend(c, heads, query[0], query[1], keys, query[2], width, mask: 4, bias: 5)];
    }

    private static string Heads(RuleContext c, string value, long batch, long positions, long width)
    {
        var heads = c.Node.Int("num_heads", 1);
        return c.Graph.Transpose(c.Graph.Reshape(value, batch, positions, heads, width / heads), 0, 2, 1, 3);
    }

    private static string Attend(
        RuleContext c, string[] heads, long batch, long queries, long keys, long width, long valueWidth,
        int mask, int bias)
    {
        var g = c.Graph;
        var count = c.Node.Int("num_heads", 1);
        var masks = new List<string>();
        if (c.HasInput(bias)) masks.Add(c.Input(bias));
        if (c.HasInput(mask)) masks.Add(Mask(c, mask, batch, keys));
        if (c.Node.Int("unidirectional", 0) != 0) masks.Add(SharedHeads.Causal(g, queries, keys));
        var result = SharedHeads.Attend(
            g, (heads[0], [batch, count, queries, width / count]), (heads[1], [batch, count, keys, width / count]),
            (heads[2], [batch, count, keys, valueWidth / count]),
            c.Node.Find("scale") is { F: not 0 and var scale } ? scale : null, cap: 0, masks);
        return g.Reshape(g.Transpose(result, 0, 2, 1, 3), batch, queries, valueWidth);
    }

    /// <summary>What is added to the scores: 0 at positions that count, the filter value at others.</summary>
    private static string Mask(RuleContext c, int input, long batch, long keys)
    {
        var g = c.Graph;
        var dims = c.InputDims(input);
        var filter = c.Node.Float("mask_filter_value", -10000);
        var hidden = g.Scalar(filter);
        if (dims.Length == 1 && dims[0] == batch)
        {
            // Lengths: positions from there on are padding.
            var positions = g.Op("Cast", [g.Count(keys, 1, keys)],
                ("to", (long)c.InputType(input)));
            var before = g.Op("Less", [positions, g.Reshape(c.Input(input), batch, 1)]);
            return g.Reshape(g.Op("Where", [before, g.Scalar(0), hidden]), batch, 1, 1, keys);
        }

        var counts = g.Op("Cast", [c.Input(input)], ("to", (long)Type.Bool));
        var added = g.Op("Where", [counts, g.Scalar(0), hidden]);
        return dims.Length switch
        {
            2 => g.Reshape(added, batch, 1, 1, keys),
            3 => g.Reshape(added, dims[0], 1, dims[1], dims[2]),
            _ => throw c.Unsupported("this form of mask is not supported"),
        };
    }
}
