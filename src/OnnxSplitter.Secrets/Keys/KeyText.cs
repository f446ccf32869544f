using System.Text;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>Keys and certificates as text: PEM (RFC 7468).</summary>
internal static class KeyText
{
    /// <summary>Whether a file's content is PEM.</summary>
    public static bool IsPem(ReadOnlySpan<byte> bytes) => bytes.IndexOf("-----BEGIN "u8) >= 0;

    /// <summary>Does something with a content as text, of which no copy stays behind.</summary>
    public static T Use<T>(byte[] bytes, Func<ReadOnlySpan<char>, T> use)
    {
        var text = new char[bytes.Length];
        try
        {
            // One char per byte, so that no intermediate buffer grows; PEM itself is ASCII (RFC 7468, 3).
            return use(text.AsSpan(0, Encoding.Latin1.GetChars(bytes, text)));
        }
        finally
        {
            Array.Clear(text);
        }
    }
}
