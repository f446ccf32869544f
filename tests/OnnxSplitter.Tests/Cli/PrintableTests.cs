using CsCheck;
using OnnxSplitter.Hosting;
using OnnxSplitter.Onnx;

namespace OnnxSplitter.Tests.Cli;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("conv1.weight", "conv1.weight")]
    [InlineData("täst/重み \U0001F600", "täst/重み \U0001F600")]
    [InlineData("a\u001b[2Jb", "a\uFFFD[2Jb")]
    [InlineData("w\u202Egnp", "w\uFFFDgnp")]
    public void What_drives_a_terminal_or_turns_text_shows_as_a_mark(string text, string shown)
    {
        Assert.Equal(shown, Printable.Of(text));
        using var written = new StringWriter();
        new PrintableWriter(written).WriteLine(text);
        Assert.Equal(shown + Environment.NewLine, written.ToString());
    }

    [Fact]
    public void Any_text_is_written_without_control_characters_but_for_its_lines() => Gen.String.Holds(text =>
    {
        using var written = new StringWriter();
        var writer = new PrintableWriter(written);
        writer.Write(text);
        writer.Write(text.ToCharArray());
        Assert.DoesNotContain(written.ToString(), c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'));
    });

    [Fact]
    public void A_long_text_is_cut() => Assert.Equal("aaa\u2026", Printable.Of(new string('a', 100), longest: 3));
}
