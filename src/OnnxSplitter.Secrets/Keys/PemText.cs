using System.Security.Cryptography;
using System.Text;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>Keys and certificates as text: PEM (RFC 7468).</summary>
internal static class PemText
{
    /// <summary>The label of a certificate.</summary>
    public const string Certificate = "CERTIFICATE";

    /// <summary>How the labels of private keys end.</summary>
    public const string PrivateKey = "PRIVATE KEY";

    /// <summary>A block of PEM.</summary>
    /// <param name="Label">What it says to be.</param>
    /// <param name="Place">Where in the text it is, its lines of BEGIN and END included.</param>
    /// <param name="Base64">Where in the text its content is.</param>
    public readonly record struct Block(string Label, Range Place, Range Base64);

    /// <summary>Whether a file's content is PEM.</summary>
    public static bool IsPem(ReadOnlySpan<byte> bytes) => bytes.IndexOf("-----BEGIN "u8) >= 0;

    /// <summary>Does something with a content as text, of which no copy stays behind.</summary>
    public static T Use<T>(ReadOnlySpan<byte> bytes, Func<ReadOnlySpan<char>, T> use)
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

    /// <summary>All blocks of a text, in its order.</summary>
    public static IReadOnlyList<Block> Blocks(ReadOnlySpan<char> text)
    {
        var blocks = new List<Block>();
        for (var from = 0; PemEncoding.TryFind(text[from..], out var found);)
        {
            blocks.Add(new Block(
                text[from..][found.Label].ToString(), Moved(found.Location, from), Moved(found.Base64Data, from)));
            from = blocks[^1].Place.End.Value;
        }

        return blocks;
    }

    // PemEncoding's places are counted from the beginning.
    private static Range Moved(Range place, int by) => (place.Start.Value + by)..(place.End.Value + by);
}
