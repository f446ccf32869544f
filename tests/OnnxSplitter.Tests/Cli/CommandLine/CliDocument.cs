using System.CommandLine;
using System.Text;
using OnnxSplitter.Cli.Commands;
using OnnxSplitter.Hosting;
using OnnxSplitter.Hosting.CommandLine;

namespace OnnxSplitter.Tests.Cli.CommandLine;

/// <summary>docs/cli.md, as the options' rows of the programs say it should be.</summary>
internal static class CliDocument
{
    private const int Width = 118;

    private static readonly string[] Introduction =
    [
        "Three programs: `onnxsplit` protects, restores and inspects models; `onnxsplit-check` verifies what was "
        + "shipped with nothing but what a host has; `onnxsplit-secure` runs a model where its host can't read it. "
        + "`--help` after each, or after a command, says what this page says. The page is made from the rows in the "
        + "source that define the options, by a test, which fails where it is out of date, and writes it anew.",
        "Results go to standard output, warnings and errors to standard error. An error is two lines there: what is "
        + "wrong, and what to do. A command that fails leaves no outputs. The examples run one after the other, where "
        + "`model.onnx`, `examples.npz`, `test.npz` and the folder `variants` are.",
    ];

    public static string Path { get; } = System.IO.Path.Combine(Repository.Root, "docs", "cli.md");

    /// <summary>All programs' commands, with their names in full, those that do something.</summary>
    public static IReadOnlyList<(string Path, DescribedCommand Command)> Commands { get; } =
    [
        .. Below(OnnxSplitCommand.Create(Nowhere())),
        .. Below(OnnxSplitter.Checker.CheckCommand.Create(Nowhere())),
        .. Below(OnnxSplitter.SecureWorld.SecureCommand.Create(Nowhere())),
    ];

    public static string Text()
    {
        var text = new StringBuilder();
        text.AppendLine("# The command line");
        foreach (var paragraph in Introduction) Paragraph(text.AppendLine(), paragraph, "", "");
        text.AppendLine().AppendLine("## Exit codes").AppendLine().AppendLine("| code | meaning | what helps |")
            .AppendLine("|---|---|---|");
        foreach (var (code, meaning, remedy) in ExitCodes.Meanings)
            text.AppendLine($"| {code} | {meaning} | {remedy} |");
        foreach (var (path, command) in Commands) Append(text, path, command.Text);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string path, CommandDescription command)
    {
        text.AppendLine().AppendLine($"## {path}");
        foreach (var paragraph in command.Summary) Paragraph(text.AppendLine(), paragraph, "", "");
        text.AppendLine();
        if (command.Examples.Count > 0)
        {
            text.AppendLine("```");
            foreach (var example in command.Examples) Shell(text, example);
            text.AppendLine("```").AppendLine();
        }

        foreach (var row in command.Rows.Where(row => row.IsArgument)) Item(text, row);
        var options = command.Rows.Where(row => !row.IsArgument).ToArray();
        foreach (var group in options.GroupBy(row => command.HasHeadings ? row.Group : ""))
        {
            if (group.Key.Length > 0) text.AppendLine().AppendLine($"### {group.Key}").AppendLine();
            foreach (var row in group) Item(text, row);
        }
    }

    private static void Item(StringBuilder text, RowHelp row) => Paragraph(
        text, $"`{(row.IsArgument ? row.Name : row.Names)}`{(row.Required ? " (required)" : "")}: {Marked(row.Text)}",
        "- ", "  ");

    // Options that are mentioned are code, as everywhere in the documentation.
    private static string Marked(string help) => string.Join(' ', help.Split(' ').Select(word =>
    {
        var code = word.TrimStart('(', '[').TrimEnd('.', ',', ';', ':', ')', ']');
        return code.StartsWith("--", StringComparison.Ordinal) && code.Length > 2
            || code.Contains('*', StringComparison.Ordinal) || code.Contains('|', StringComparison.Ordinal)
            ? word.Replace(code, $"`{code}`", StringComparison.Ordinal) : word;
    }));

    private static void Paragraph(StringBuilder text, string paragraph, string first, string further)
    {
        var indent = first;
        foreach (var line in TextWrap.Lines(paragraph, Width - further.Length))
        {
            text.Append(indent).AppendLine(line);
            indent = further;
        }
    }

    private static void Shell(StringBuilder text, string line)
    {
        var lines = TextWrap.Lines(line, Width - 4).ToArray();
        for (var i = 0; i < lines.Length; i++)
            text.Append(i == 0 ? "" : "  ").Append(lines[i]).AppendLine(i < lines.Length - 1 ? " \\" : "");
    }

    private static IEnumerable<(string, DescribedCommand)> Below(Command command) => command.Subcommands.Count == 0
        ? [(CommandUsage.Path(command), (DescribedCommand)command)]
        : command.Subcommands.SelectMany(Below);

    private static Streams Nowhere() => new(TextWriter.Null, TextWriter.Null, Interactive: false);
}
