using System.Text;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Cli.Hosting;

/// <summary>Passes lines on, with every character in them that does not show as itself replaced.</summary>
/// <param name="inner">Gets the text. Not disposed.</param>
internal sealed class PrintableWriter(TextWriter inner) : TextWriter(inner.FormatProvider)
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        // At once: a console writes whatever it is given.
        var shown = new StringBuilder(buffer.Length);
        foreach (var rune in buffer.EnumerateRunes())
            shown.Append(rune.Value is '\n' or '\r' or '\t' || Printable.Shows(rune) ? rune.ToString() : "\uFFFD");
        inner.Write(shown.ToString());
    }

    public override void WriteLine(string? value) => Write(value + inner.NewLine);

    public override void Flush() => inner.Flush();
}
