using System.Runtime.InteropServices;
using System.Text;

namespace OnnxSplitter.Native;

/// <summary>Text as C has it: UTF-8 up to a zero byte.</summary>
internal static unsafe class NativeText
{
    private const int MaxLength = 1 << 16;

    private static readonly UTF8Encoding Strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Text to hand out.</summary>
    /// <returns>An array that the garbage collector never moves, with the zero byte.</returns>
    public static byte[] Of(string text)
    {
        var bytes = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(text) + 1, pinned: true);
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    /// <summary>Where such an array lies, for as long as something refers to it.</summary>
    public static nint AddressOf(byte[] pinned) => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);

    /// <summary>Reads text that was handed in.</summary>
    /// <param name="text">Null for none.</param>
    /// <param name="field">What to call it in messages.</param>
    /// <returns>Null for none; else characters that the caller may zero.</returns>
    /// <exception cref="BadArgumentException">It does not end, or is not UTF-8.</exception>
    public static char[]? Read(byte* text, string field)
    {
        if (text is null) return null;
        var length = 0;
        while (length < MaxLength && text[length] != 0) length++;
        if (length == MaxLength)
            throw new BadArgumentException(
                $"{field} has no zero byte in its first {MaxLength} bytes.", "Give text that ends with a zero byte.");
        try
        {
            var characters = new char[Strict.GetCharCount(text, length)];
            Strict.GetChars(new ReadOnlySpan<byte>(text, length), characters);
            return characters;
        }
        catch (DecoderFallbackException)
        {
            throw new BadArgumentException($"{field} is not UTF-8.", "Convert it to UTF-8.");
        }
    }

    /// <summary>The same for what is no secret.</summary>
    public static string? ReadString(byte* text, string field) => Read(text, field) is { } read ? new(read) : null;
}
