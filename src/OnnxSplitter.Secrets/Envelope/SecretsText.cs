using System.Buffers.Text;
using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>Secrets files that somebody has written as text, on their way by mail or from another tool.</summary>
/// <remarks>
/// Only their one form is read, so that no byte of a file may change; but whoever converted one can convert it back.
/// </remarks>
internal static class SecretsText
{
    private const string Other = "something else";

    // What a DER sequence of 256 bytes to 16 MB begins with, in base64.
    private static ReadOnlySpan<byte> Sequence => "MI"u8;

    /// <summary>Refuses such a file.</summary>
    /// <param name="beginning">The first bytes of it, or all.</param>
    /// <param name="name">What to call it.</param>
    public static void Refuse(ReadOnlySpan<byte> beginning, string name)
    {
        if (Form(beginning) is not { } form) return;
        if (form == Other)
            throw new SecretsFileException(
                $"{name} is PEM, but of a key or a certificate, say; no secrets.",
                "Pass the secrets file (.p7m) that was written with the model.");
        var convert = form == "base64" ? "openssl base64 -d -in FILE -out" : $"openssl cms -cmsout -inform {form} "
            + "-in FILE -outform DER -out";
        throw new SecretsFileException(
            $"{name} is text ({form}); secrets are read as the bytes that they were made of.",
            $"Convert it: {convert} secrets.p7m.");
    }

    // As openssl's -inform names them, where it does.
    private static string? Form(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith(PlainText.Mark)) content = content[PlainText.Mark.Length..];
        content = content.TrimStart(" \r\n\t"u8);
        if (content.StartsWith("-----BEGIN CMS-----"u8) || content.StartsWith("-----BEGIN PKCS7-----"u8)) return "PEM";
        if (content.StartsWith("-----BEGIN "u8)) return Other;
        if (content.StartsWith("MIME-Version:"u8) || content.StartsWith("Content-Type:"u8)) return "SMIME";
        var line = content[..Math.Min(content.Length, 64)];
        return line.StartsWith(Sequence) && Base64.IsValid(line) ? "base64" : null;
    }
}
