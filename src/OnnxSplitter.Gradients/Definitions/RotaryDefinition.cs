using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>
/// Rotary embeddings (ONNX RotaryEmbedding-23, and ONNX Runtime's own): pairs of a head's elements are turned by an
/// angle that grows with the position.
/// </summary>
internal static class RotaryDefinition
{
    /// <summary>Input, cosines, sines, positions.</summary>
    public static string?[] Standard(RuleContext c) => [Write(c, cosines: 1, sines: 2, positions: 3)];

    /// <summary>Input, positions, cosines, sines.</summary>
    public static string?[] Contrib(RuleContext c)
    {
        if (c.Node.Int("is_packed_batching", 0) != 0) throw c.Unsupported("is_packed_batching is not supported");
        return [Write(c, cosines: 2, sines: 3, positions: 1)];
    }

    private static string Write(RuleContext c, int cosines, int sines, int positions)
    {
        var g = c.Graph;
        var dims = c.InputDims(0);
        var half = c.InputDims(cosines)[^1];
        var turned = 2 * half;
        var heads = c.Node.Int("num_heads", 0);

        // [batch, positions, heads, d], whatever the input's form.
        long[] apart;
        string x;
        if (dims.Length == 4)
        {
            apart = [dims[0], dims[2], dims[1], dims[3]];
            x = g.Transpose(c.Input(0), 0, 2, 1, 3);
        }
        else
        {
            var size = heads > 0 ? dims[2] / heads : turned;
            apart = [dims[0], dims[1], dims[2] / size, size];
            x = g.Reshape(c.Input(0), apart);
        }

        var result = Turn(g, x, apart, Angles(cosines), Angles(sines), half, c.Node.Int("interleaved", 0) != 0);
        return dims.Length == 4 ? g.Transpose(result, 0, 2, 1, 3) : g.Reshape(result, dims);

        // [batch, positions, 1, d / 2].
        string Angles(int cache)
        {
            var value = c.Input(cache);
            var batch = dims[0];
            if (c.HasInput(positions))
            {
                var index = c.Input(positions);
                if (c.InputDims(positions) is [1] or [])
                {
                    index = g.Add(index, g.Count(apart[1], 1, apart[1]));
                    batch = 1;
                }

                value = g.Op("Gather", [value, index], ("axis", 0L));
            }

            return g.Reshape(value, batch, apart[1], 1, half);
        }
    }

    /// <summary>Turns pairs of elements, neighbours or one of each half; what a head has beyond them stays.</summary>
    /// <param name="g">Writes the nodes.</param>
    /// <param name="x">[batch, positions, heads, d].</param>
    /// <param name="dims">Its shape.</param>
    /// <param name="cos">[batch, positions, 1, half].</param>
    /// <param name="sin">Of the same shape.</param>
    /// <param name="half">Pairs in each head.</param>
    /// <param name="interleaved">Whether pairs are neighbours.</param>
    public static string Turn(
        GraphBuilder g, string x, long[] dims, string cos, string sin, long half, bool interleaved)
    {
        var turned = 2 * half;
        var first = g.Slice(x, [0], [turned], [3], [1]);
        var (left, right) = interleaved
            ? (g.Slice(first, [0], [turned], [3], [2]), g.Slice(first, [1], [turned], [3], [2]))
            : (g.Slice(first, [0], [half], [3], [1]), g.Slice(first, [half], [turned], [3], [1]));
        var real = g.Sub(g.Mul(cos, left), g.Mul(sin, right));
        var imaginary = g.Add(g.Mul(sin, left), g.Mul(cos, right));
        if (interleaved)
        {
            long[] single = [dims[0], dims[1], dims[2], half, 1];
            var pairs = g.Concat([g.Reshape(real, single), g.Reshape(imaginary, single)], axis: 4);
            first = g.Reshape(pairs, dims[0], dims[1], dims[2], turned);
        }
        else
        {
            first = g.Concat([real, imaginary], axis: 3);
        }

        return turned < dims[3] ? g.Concat([first, g.Slice(x, [turned], [dims[3]], [3], [1])], axis: 3) : first;
    }
}
