using System.Globalization;
using System.Text;

namespace OnnxSplitter.Onnx;

/// <summary>Text from models, secrets and certificates, which others wrote, made fit to be shown.</summary>
public static class Printable
{
    /// <summary>
    /// Text in which what can't be seen, drives a terminal, or turns the text around it shows as U+FFFD.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="longest">Characters after which it is cut.</param>
    public static string Of(string text, int longest = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= longest) return shown.Append('\u2026').ToString();
            shown.Append(Shows(rune) ? rune.ToString() : "\uFFFD");
        }

        return shown.ToString();
    }

    /// <summary>Whether a character can be seen and changes nothing else.</summary>
    public static bool Shows(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);
}
