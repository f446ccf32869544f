using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>
/// softmax(Q K^T scale + mask) V, per head (ONNX Attention-23 and -24). Inputs are [batch, heads, positions, d], or
/// [batch, positions, heads d] with the numbers of heads as attributes; several heads of Q may share one of K and V.
/// </summary>
internal static class StandardAttention
{
    /// <summary>Y, and K and V with what came before them.</summary>
    public static string?[] Define(RuleContext c)
    {
        if (c.HasInput(6)) throw c.Unsupported("nonpad_kv_seqlen is not supported");
        if (c.HasOutput(3)) throw c.Unsupported("its fourth output is not supported");
        var g = c.Graph;
        var packed = c.InputDims(0).Length == 3;
        var (query, key, value) = (Heads(c, 0, "q_num_heads"), Heads(c, 1, "kv_num_heads"), Heads(c, 2, "kv_num_heads"));
        var past = c.HasInput(4) ? c.InputDims(4)[2] : 0;
        var keys = past > 0 ? g.Concat([c.Input(4), key.Value], axis: 2) : key.Value;
        var values = past > 0 ? g.Concat([c.Input(5), value.Value], axis: 2) : value.Value;
        var (batch, heads, shared) = (query.Dims[0], query.Dims[1], key.Dims[1]);
        var (positions, total) = (query.Dims[2], past + key.Dims[2]);

        // [batch, shared, heads of each, ...], so that matrices of K and V repeat by themselves.
        var apart = g.Reshape(query.Value, batch, shared, heads / shared, positions, query.Dims[3]);
        var scale = c.Node.Float("scale", (float)(1 / Math.Sqrt(query.Dims[3])));
        var turned = g.Transpose(g.Reshape(keys, batch, shared, 1, total, key.Dims[3]), 0, 1, 2, 4, 3);
        var scores = g.Reshape(g.Mul(g.MatMul(apart, turned), g.Scalar(scale)), batch, heads, positions, total);
        var bound = c.Node.Float("softcap", 0);
        if (bound > 0) scores = g.Mul(g.Op("Tanh", [g.Mul(scores, g.Scalar(1 / bound))]), g.Scalar(bound));
        if (c.HasInput(3)) scores = g.Add(scores, Mask(c, total));
        if (c.Node.Int("is_causal", 0) != 0) scores = g.Add(scores, Causal(g, positions, total, past));
        var weights = g.Reshape(g.Op("Softmax", [scores], ("axis", -1L)), batch, shared, heads / shared, positions, total);
        var result = g.Reshape(g.MatMul(weights, g.Reshape(values, batch, shared, 1, total, value.Dims[3])),
            batch, heads, positions, value.Dims[3]);
        if (packed) result = g.Reshape(g.Transpose(result, 0, 2, 1, 3), batch, positions, heads * value.Dims[3]);
        return [result, keys, values];
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

    private static string Mask(RuleContext c, long total)
    {
        if (c.InputDims(3)[^1] != total && c.InputDims(3)[^1] != 1) throw c.Unsupported("a mask shorter than the keys is not supported");
        return GradientGraph.IsFloat(c.InputType(3))
            ? c.Input(3)
            : c.Graph.Op("Where", [c.Input(3), c.Graph.Scalar(0), c.Graph.Scalar(float.MinValue)]);
    }

    /// <summary>A position sees what came before, and itself.</summary>
    private static string Causal(GraphBuilder g, long positions, long total, long past)
    {
        var ahead = new float[positions * total];
        for (var i = 0L; i < positions; i++)
            for (var j = i + past + 1; j < total; j++) ahead[i * total + j] = float.MinValue;
        return g.Floats(ahead, positions, total);
    }
}
