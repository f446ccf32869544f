using OnnxSplitter.Gradients.Building;
using Type = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Gradients.Rules;

/// <summary>
/// MatMulNBits with 4 or 8 bits (ONNX Runtime's contrib operators): Y = A W^T with W [N, K] stored as codes in blocks
/// along K, w = (q - zero point) scale, two 4-bit codes a byte, the low one first.
/// </summary>
internal static class PackedMatrixRule
{
    /// <summary>
    /// The gradient of B is one number per code, [N, blocks, block size]: of the numbers that the codes stand for,
    /// times their scale. Codes that pad the last block get 0.
    /// </summary>
    public static Partial?[] MatMulNBits(RuleContext c)
    {
        var g = c.Graph;
        var (k, n) = (c.Node.Int("K", 0), c.Node.Int("N", 0));
        var (bits, size) = (c.Node.Int("bits", 4), c.Node.Int("block_size", 0));
        if (bits is not (4 or 8)) throw c.Unsupported($"{bits} bits are not supported");
        if (c.HasInput(4)) throw c.Unsupported("g_idx is not supported");
        var blocks = (k + size - 1) / size;
        var scales = g.Reshape(c.Input(2), n, blocks, 1);
        var rows = c.InputDims(0)[..^1].Aggregate(1L, (product, dim) => product * dim);
        var gradient = g.Reshape(c.Gradient, rows, n);
        return
        [
            c.Wants(0) ? g.Reshape(g.MatMul(gradient, Weights()), c.InputDims(0)) : null,
            c.Wants(1) ? Codes() : null,
            .. c.HasInput(5) ? (Partial?[])[null, null, null, new Partial(gradient, [rows, n])] : [],
        ];

        string Weights()
        {
            var codes = g.Reshape(Unpacked(c.Input(1), c.InputDims(1).Aggregate(1L, (p, d) => p * d)), n, blocks, size);
            var zero = g.Scalar(1 << (int)(bits - 1));
            if (c.HasInput(3))
            {
                // Rows of zero points are padded to whole bytes.
                var perRow = (blocks * bits + 7) / 8;
                zero = c.InputType(3) == Type.Uint8
                    ? g.Slice(
                        g.Reshape(Unpacked(c.Input(3), n * perRow), n, perRow * 8 / bits), [0], [blocks], [1], [1])
                    : c.Input(3);
                zero = g.Reshape(zero, n, blocks, 1);
            }

            var whole = g.Reshape(g.Mul(g.Sub(codes, zero), scales), n, blocks * size);
            return blocks * size == k ? whole : g.Slice(whole, [0], [k], [1], [1]);
        }

        string Codes()
        {
            var product = g.MatMul(g.Transpose(gradient, 1, 0), g.Reshape(c.Input(0), rows, k));
            var padded = g.Pad(product, [0, 0, 0, blocks * size - k]);
            return g.Mul(g.Reshape(padded, n, blocks, size), scales);
        }

        // The numbers of all codes, as floats.
        string Unpacked(string bytes, long count)
        {
            var numbers = g.AsFloats(g.Reshape(bytes, count, 1));
            if (bits == 8) return numbers;
            var high = g.Op("Floor", [g.Mul(numbers, g.Scalar(1f / 16))]);
            return g.Concat([g.Sub(numbers, g.Mul(high, g.Scalar(16))), high], axis: 1);
        }
    }
}
