using OnnxSplitter.Gradients.Building;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>Attention in which several heads of Q may share one of K and V.</summary>
internal static class SharedHeads
{
    /// <summary>softmax(cap(Q K^T scale) + masks) V.</summary>
    /// <param name="g">Writes the nodes.</param>
    /// <param name="query">[batch, heads, positions, d], with its shape.</param>
    /// <param name="keys">[batch, shared heads, total, d], with its shape.</param>
    /// <param name="values">[batch, shared heads, total, e], with its shape.</param>
    /// <param name="scale">Times the scores; null for 1 / sqrt(d).</param>
    /// <param name="cap">Bounds the scores by a tanh; 0 for none.</param>
    /// <param name="masks">Added to the scores, in shapes that broadcast to [batch, heads, positions, total].</param>
    /// <returns>[batch, heads, positions, e].</returns>
    public static string Attend(
        GraphBuilder g, (string Value, long[] Dims) query, (string Value, long[] Dims) keys,
        (string Value, long[] Dims) values,
        float? scale, float cap, params IEnumerable<string> masks)
    {
        var (batch, heads, positions, size) = (query.Dims[0], query.Dims[1], query.Dims[2], query.Dims[3]);
        var (shared, total) = (keys.Dims[1], keys.Dims[2]);

        // [batch, shared, heads of each, ...], so that matrices of K and V repeat by themselves.
        var apart = g.Reshape(query.Value, batch, shared, heads / shared, positions, size);
        var turned = g.Transpose(g.Reshape(keys.Value, batch, shared, 1, total, size), 0, 1, 2, 4, 3);
        var product = g.Mul(g.MatMul(apart, turned), g.Scalar(scale ?? (float)(1 / Math.Sqrt(size))));
        var scores = g.Reshape(product, batch, heads, positions, total);
        if (cap > 0) scores = g.Mul(g.Op("Tanh", [g.Mul(scores, g.Scalar(1 / cap))]), g.Scalar(cap));
        scores = masks.Aggregate(scores, g.Add);
        var weights =
            g.Reshape(g.Op("Softmax", [scores], ("axis", -1L)), batch, shared, heads / shared, positions, total);
        var result = g.MatMul(weights, g.Reshape(values.Value, batch, shared, 1, total, values.Dims[3]));
        return g.Reshape(result, batch, heads, positions, values.Dims[3]);
    }

    /// <summary>A position sees what came before, and itself; the last one sees all.</summary>
    public static string Causal(GraphBuilder g, long positions, long total)
    {
        var ahead = new float[positions * total];
        for (var i = 0L; i < positions; i++)
            for (var j = i + total - positions + 1; j < total; j++) ahead[i * total + j] = float.MinValue;
        return g.Floats(ahead, positions, total);
    }
}
