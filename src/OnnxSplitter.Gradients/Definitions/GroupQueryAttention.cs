using OnnxSplitter.Gradients.Building;
using OnnxSplitter.Gradients.Rules;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Gradients.Definitions;

/// <summary>
/// The attention of language models as exporters for ONNX Runtime write it (its contrib operator GroupQueryAttention):
/// causal, with a cache of keys and values [batch, shared heads, length, d], of which each sequence has filled another
/// number.
/// </summary>
internal static class GroupQueryAttention
{
    /// <summary>Y [batch, positions, heads d], and the cache with the new keys and values.</summary>
    public static string?[] Define(RuleContext c)
    {
        if (c.HasInput(10) || c.HasInput(11) || c.Node.Int("smooth_softmax", 0) != 0)
            throw c.Unsupported("a bias or a sink is not supported");
        if (c.HasInput(3) && c.InputType(3) != Type.Float)
            throw c.Unsupported("a cache of another type than float32 is not supported");
        var g = c.Graph;
        var (batch, positions) = (c.InputDims(0)[0], c.InputDims(0)[1]);
        var (heads, shared) = (c.Node.Int("num_heads", 1), c.Node.Int("kv_num_heads", 1));
        var packed = !c.HasInput(1);
        var size = c.InputDims(0)[2] / (packed ? heads + 2 * shared : heads);
        var past = c.HasInput(3) ? c.InputDims(3)[2] : 0;
        var length = c.HasOutput(1) ? c.OutputDims(1)[2] : past + positions;

        // A prompt starts its sequence anew; otherwise the last of the new positions is the last that counts.
        var last = Whole(g.Reshape(c.Input(5), batch, 1));
        var prompt = g.Op("Equal", [Whole(g.Reshape(c.Input(6), 1, 1)), g.Indices([positions], 1, 1)]);
        var before = g.Op("Where", [prompt, g.Indices([0], 1, 1), g.Sub(last, g.Indices([positions - 1], 1, 1))]);
        var own = g.Add(before, g.Count(positions, 1, positions));

        var query = Heads(0, 0, heads, turned: true);
        var keys = Cached(3, packed ? Heads(0, heads, shared, turned: true) : Heads(1, 0, shared, turned: true));
        var values =
            Cached(4, packed ? Heads(0, heads + shared, shared, turned: false) : Heads(2, 0, shared, turned: false));
        var result = SharedHeads.Attend(
            g, query, keys, values, c.Node.Find("scale") is { F: not 0 and var scale } ? scale : null,
            c.Node.Float("softcap", 0), Mask());
        return [g.Reshape(g.Transpose(result, 0, 2, 1, 3), batch, positions, heads * size), keys.Value, values.Value];

        string Whole(string value) => g.Op("Cast", [value], ("to", (long)Type.Int64));

        // [batch, count, positions, d], from those heads of an input on.
        (string Value, long[] Dims) Heads(int input, long first, long count, bool turned)
        {
            var all = g.Reshape(c.Input(input), batch, positions, c.InputDims(input)[2] / size, size);
            long[] dims = [batch, positions, count, size];
            var part = count * size == c.InputDims(input)[2] ? all : g.Slice(all, [first], [first + count], [2], [1]);
            if (turned && c.Node.Int("do_rotary", 0) != 0)
                part = RotaryDefinition.Turn(
                    g, part, dims, Angles(7), Angles(8), c.InputDims(7)[1], c.Node.Int("rotary_interleaved", 0) != 0);
            return (g.Transpose(part, 0, 2, 1, 3), [batch, count, positions, size]);
        }

        string Angles(int cache) =>
            g.Reshape(g.Op("Gather", [c.Input(cache), c.HasInput(9) ? c.Input(9) : own], ("axis", 0L)),
            batch, positions, 1, c.InputDims(cache)[1]);

        // Behind what each sequence has filled; what the cache holds beyond is never looked at.
        (string Value, long[] Dims) Cached(int cache, (string Value, long[] Dims) added)
        {
            if (past == 0) return added;
            var places = g.Count(length, 1, length);
            var ofNew = g.Add(g.Sub(places, before), g.Indices([past], 1, 1));
            var fromNew = g.Op("Clip", [ofNew, g.Indices([0]), g.Indices([past + positions - 1])]);
            var index = g.Op("Where", [g.Op("Less", [places, before]), places, fromNew]);
            var whole = g.Concat([c.Input(cache), added.Value], axis: 2);
            long[] dims = [batch, shared, length, size];
            index = g.Expand(g.Reshape(index, batch, 1, length, 1), dims);
            return (g.Op("GatherElements", [whole, index], ("axis", 2L)), dims);
        }

        // A position sees itself and what came before, within a window if there is one.
        string Mask()
        {
            var (places, at) = (g.Count(length, 1, 1, 1, length), g.Reshape(own, batch, 1, positions, 1));
            var seen = g.Op("LessOrEqual", [places, at]);
            var window = c.Node.Int("local_window_size", -1);
            if (window > 0) seen = g.Op("And", [seen, g.Op("Greater", [places, g.Sub(at, g.Indices([window]))])]);
            return g.Op("Where", [seen, g.Scalar(0), g.Scalar(float.MinValue)]);
        }
    }
}
