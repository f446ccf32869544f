using System.Buffers;

namespace OnnxSplitter.Onnx.Wire;

/// <summary>Protobuf's variable-length numbers: seven bits a byte, the lowest first.</summary>
internal static class Varints
{
    /// <summary>Most bytes of a 64-bit number.</summary>
    public const int MaxLength = 10;

    public static ulong Read(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var i = 0; i < bytes.Length; i++) value |= (ulong)(bytes[i] & 0x7F) << 7 * i;
        return value;
    }

    public static int Length(ulong value) => Write(value, stackalloc byte[MaxLength]);

    public static byte[] Bytes(ulong value)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        return bytes[..Write(value, bytes)].ToArray();
    }

    public static void Write(ulong value, IBufferWriter<byte> output)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        output.Write(bytes[..Write(value, bytes)]);
    }

    private static int Write(ulong value, Span<byte> bytes)
    {
        var count = 0;
        for (; value >= 0x80; value >>= 7) bytes[count++] = (byte)(value | 0x80);
        bytes[count++] = (byte)value;
        return count;
    }
}
