using System.Text;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Hosting;

/// <summary>Passes lines on, with every character in them that does not show as itself replaced.</summary>
/// <param name="inner">Gets the text. Not disposed.</param>
public sealed class PrintableWriter(TextWriter inner) : TextWriter(inner.FormatProvider)
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        // At once: a console writes whatever it is given.
        var shown = new StringBuilder(buffer.Length);
        foreach (var rune in buffer.EnumerateRunes())
            shown.Append(rune.Value is '\n' or '\r' or '\t' || Printable.Shows(rune) ? rune.ToString() : "\uFFFD");
        inner.Write(shown.ToString());
    }

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + inner.NewLine);

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
