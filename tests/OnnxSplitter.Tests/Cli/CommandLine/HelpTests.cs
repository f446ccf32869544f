using System.CommandLine;
using OnnxSplitter.Hosting.CommandLine;

namespace OnnxSplitter.Tests.Cli.CommandLine;

public sealed class HelpTests
{
    public static TheoryData<string> Paths => [.. CliDocument.Commands.Select(pair => pair.Path)];

    [Fact]
    public void Commands_of_many_options_have_headings()
    {
        string[] headings =
        [
            "Arguments", "Files", "Keys", "Data", "How weights are chosen", "Keyed changes (--strategy keyed)",
            "NNSplitter (--strategy nnsplitter)", "Terms", "Compact secrets", "Output",
        ];
        Assert.Equal(
            headings, Headings(Transcript.Of("protect", "--help").Output).SkipWhile(heading => heading != "Arguments"));
        Assert.Equal(headings.Where(heading => !heading.StartsWith("NNS", StringComparison.Ordinal)),
            Headings(Transcript.Of("rotate", "--help").Output).SkipWhile(heading => heading != "Arguments"));
    }

    [Theory]
    [InlineData("restore")]
    [InlineData("evaluate")]
    public void Others_have_one_list(string name) =>
        Assert.Equal(["Usage", "Example", "Arguments", "Options"], Headings(Transcript.Of(name, "--help").Output));

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_option_stands_in_help_once(string path)
    {
        var (_, command) = CliDocument.Commands.Single(pair => pair.Path == path);
        var lines = Help(path, 100);
        Assert.All(command.Text.Rows, row => Assert.Single(
            lines, line =>
                $"{line}  ".StartsWith($"  {(row.IsArgument ? row.Name : row.Names)}  ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(72)]
    [InlineData(120)]
    public void No_line_is_wider_than_the_terminal_unless_a_name_is(int width) => Assert.All(
        CliDocument.Commands.SelectMany(pair => Help(pair.Path, width)),
        line => Assert.True(line.Length <= width || !line.Trim().Contains(' ')
            || line.TrimStart().StartsWith('-'), line));

    private static string[] Headings(string help) =>
        [.. help.Split('\n').Where(line => line.Length > 0 && line[0] != ' ' && line.EndsWith(':'))
            .Select(line => line[..^1])];

    private static string[] Help(string path, int width)
    {
        var (_, command) = CliDocument.Commands.Single(pair => pair.Path == path);
        using var output = new StringWriter();
        new HelpPage(width).Write(command, path, output);
        return output.ToString().Split('\n');
    }
}
