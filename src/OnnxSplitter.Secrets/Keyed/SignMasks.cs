using OnnxSplitter.Onnx.Weights;

namespace OnnxSplitter.Secrets.Keyed;

/// <summary>
/// Turns a keystream of a bit for each weight into what the weights' own bits are combined with: the sign alone, or, of
/// codes, all bits.
/// </summary>
internal static class SignMasks
{
    private const int WeightsPerByte = 8;
    private const int Bytes = 256;

    private static readonly Dictionary<ElementType, Lazy<byte[]>> Tables =
        new[]
        {
            ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16, ElementType.Int16,
            ElementType.UInt16, ElementType.Int8, ElementType.UInt8, ElementType.Int4, ElementType.UInt4,
        }.ToDictionary(type => type, type => new Lazy<byte[]>(() => Table(type)));

    /// <summary>Writes the masks of weights side by side.</summary>
    /// <param name="type">Their type.</param>
    /// <param name="bits">The keystream, the first weight's bit the lowest of the first byte.</param>
    /// <param name="masks">As many bytes as the weights have.</param>
    public static void Expand(ElementType type, ReadOnlySpan<byte> bits, Span<byte> masks)
    {
        ReadOnlySpan<byte> table = Tables[type].Value;
        var row = table.Length / Bytes;
        for (var i = 0; masks.Length > 0; i++)
        {
            var count = Math.Min(row, masks.Length);
            table.Slice(bits[i] * row, count).CopyTo(masks);
            masks = masks[count..];
        }
    }

    private static byte[] Table(ElementType type)
    {
        var row = type.BitWidth * WeightsPerByte / 8;
        var table = new byte[Bytes * row];
        var turned = type.IsInteger ? ulong.MaxValue >> 64 - type.BitWidth : 1UL << type.BitWidth - 1;
        for (var value = 0; value < Bytes; value++)
            for (var i = 0; i < WeightsPerByte; i++)
                type.Write(table.AsSpan(value * row, row), i, (value >> i & 1) != 0 ? turned : 0);
        return table;
    }
}
