using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Weights;

/// <summary>The bytes of one stored number: an element, or the byte that two 4-bit elements share.</summary>
/// <param name="Offset">Position of the first byte, behind the tag if there is one.</param>
/// <param name="Length">Bytes.</param>
/// <param name="IsVarint">Whether it is a varint.</param>
/// <param name="Half">Which 4-bit element of it: 0 or 1.</param>
internal readonly record struct StoredNumber(long Offset, int Length, bool IsVarint, int Half)
{
    /// <summary>
    /// The number that stands for an element in <c>int32_data</c>: signed integers have their sign extended, bits of
    /// floats have none.
    /// </summary>
    public static ulong InInt32Data(ElementType type, ulong bits) =>
        type.IsInteger ? (ulong)(long)type.Decode(bits) : bits;

    /// <summary>Whether what the bytes held has no part in <see cref="Encode"/>.</summary>
    public bool IsReplacedWhole(ElementType type) => !IsVarint && type.BitWidth >= 8;

    public ulong Decode(ElementType type, byte[] bytes)
    {
        if (!IsVarint) return type.Read(bytes, Half);
        var bits = Varints.Read(bytes);
        return type.BitWidth == 64 ? bits : bits & (1UL << type.BitWidth) - 1;
    }

    /// <summary>The bytes with other bits in them; null if these take another length.</summary>
    public byte[]? Encode(ElementType type, ulong bits, byte[] bytes)
    {
        if (IsVarint)
            return Varints.Bytes(InInt32Data(type, bits)) is var encoded && encoded.Length == bytes.Length
                ? encoded
                : null;
        type.Write(bytes, Half, bits);
        return bytes;
    }
}
