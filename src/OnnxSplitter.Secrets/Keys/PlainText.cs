namespace OnnxSplitter.Secrets.Keys;

/// <summary>Files of text: PEM, a passphrase, a list of recipients. All are read as UTF-8.</summary>
internal static class PlainText
{
    /// <summary>The byte-order mark of UTF-8.</summary>
    public static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>A content without the byte-order mark that some editors put before it.</summary>
    /// <param name="content">Text, or anything else.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <returns>A part of it, not a copy.</returns>
    /// <exception cref="CertificateException">It is UTF-16.</exception>
    public static Span<byte> Of(Span<byte> content, string name)
    {
        // Either mark, or a first character in whose two bytes one is zero. DER begins with neither.
        if (content is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, not 0, ..] or [not 0, 0, ..])
            throw new CertificateException(
                $"{name} can't be used: it is text in UTF-16.", "Save it as UTF-8 (iconv -f utf-16 -t utf-8).");
        return content.StartsWith(Mark) ? content[Mark.Length..] : content;
    }
}
