using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Secrets.Keyed;

/// <summary>
/// Combines weights with masks, bit by bit (XOR), where weights may change. To do it twice changes nothing.
/// </summary>
internal static class MaskedXor
{
    /// <summary>Changes weights of codes, which all may.</summary>
    public static void Apply(Span<byte> codes, ReadOnlySpan<byte> masks) => TensorPrimitives.Xor(codes, masks, codes);

    /// <summary>Changes weights of floats.</summary>
    /// <param name="type">Their type.</param>
    /// <param name="weights">Side by side.</param>
    /// <param name="masks">As many bytes.</param>
    /// <param name="fields">Which bits are what.</param>
    /// <param name="mantissa">
    /// Whether mantissas change too, and then no weight whose exponent is all zeros (zeros, and subnormals, which are
    /// slow) or all ones (infinities, and NaN, which would show). Exponents stay, so restoring sees the same ones.
    /// </param>
    /// <param name="floor">Least magnitude that changes, as bits.</param>
    public static void Apply(
        ElementType type, Span<byte> weights, ReadOnlySpan<byte> masks, FloatFields fields, bool mantissa, ulong floor)
    {
        switch (type.BitWidth)
        {
            case 16:
                Apply<short>(weights, masks, fields, mantissa, floor);
                break;
            case 32:
                Apply<int>(weights, masks, fields, mantissa, floor);
                break;
            default:
                Apply<long>(weights, masks, fields, mantissa, floor);
                break;
        }
    }

    // Runs over gigabytes from the first call on, which can't wait for the compiler's second look.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply<T>(
        Span<byte> weights, ReadOnlySpan<byte> masks, FloatFields fields, bool mantissa, ulong floor)
        where T : unmanaged, IBinaryInteger<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(weights);
        var bits = MemoryMarshal.Cast<byte, T>(masks);
        var (magnitude, exponent) = (T.CreateTruncating(fields.Magnitude), T.CreateTruncating(fields.Exponent));
        var (changed, least) = (T.CreateTruncating(~fields.Exponent), T.CreateTruncating(floor));
        var width = Vector<T>.Count;
        var whole = values.Length / width * width;
        var (magnitudes, exponents) = (new Vector<T>(magnitude), new Vector<T>(exponent));
        var (changing, leasts) = (new Vector<T>(changed), new Vector<T>(least));
        for (var i = 0; i < whole; i += width)
        {
            var value = new Vector<T>(values[i..]);
            var may = Vector.GreaterThanOrEqual(value & magnitudes, leasts);
            if (mantissa)
            {
                var own = value & exponents;
                may &= ~(Vector.Equals(own, Vector<T>.Zero) | Vector.Equals(own, exponents));
            }

            (value ^ (new Vector<T>(bits[i..]) & changing & may)).CopyTo(values[i..]);
        }

        for (var i = whole; i < values.Length; i++)
        {
            var own = values[i] & exponent;
            if ((values[i] & magnitude) >= least && !(mantissa && (own == T.Zero || own == exponent)))
                values[i] ^= bits[i] & changed;
        }
    }
}
