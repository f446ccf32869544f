namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>What <c>--help</c> prints of a command.</summary>
/// <param name="width">Characters that a line may have.</param>
internal sealed class HelpPage(int width)
{
    private const int Indent = 2;
    private const int LongestNames = 30;

    /// <summary>Prints it.</summary>
    /// <param name="command">The command.</param>
    /// <param name="path">Its name, with those of the commands above it.</param>
    /// <param name="output">Gets the lines.</param>
    public void Write(DescribedCommand command, string path, TextWriter output)
    {
        var text = command.Text;
        foreach (var paragraph in text.Summary)
        {
            foreach (var line in TextWrap.Lines(paragraph, width)) output.WriteLine(line);
            output.WriteLine();
        }

        output.WriteLine("Usage:");
        Line(CommandUsage.Line(command, path), output);
        if (text.Examples.Count > 0)
        {
            output.WriteLine();
            output.WriteLine(text.Examples.Count == 1 ? "Example:" : "Examples:");
            foreach (var example in text.Examples) Line(example, output);
        }

        Section("Commands", [.. command.Subcommands.Select(sub => (sub.Name, ((DescribedCommand)sub).Text.Brief))],
            output);
        Section("Arguments", [.. text.Rows.Where(row => row.IsArgument).Select(Pair)], output);
        var options = text.Rows.Where(row => !row.IsArgument).ToArray();
        (string, string)[] others =
        [
            .. command.Options.Where(option => text.Rows.All(row => row.Name != option.Name))
                .Select(option => (string.Join(", ",
                    [.. option.Aliases.Where(name => name[0] == '-').Order(), option.Name]), option.Description ?? "")),
        ];
        if (!text.HasHeadings)
        {
            Section("Options", [.. options.Select(Pair), .. others], output);
            return;
        }

        foreach (var group in options.GroupBy(row => row.Group))
            Section(group.Key, [.. group.Select(Pair)], output);
        Section("Help", others, output);
    }

    private static (string Names, string Text) Pair(RowHelp row) =>
        (row.IsArgument ? row.Name : row.Names, row.Required && !row.IsArgument ? $"{row.Text} [required]" : row.Text);

    private void Section(string heading, (string Names, string Text)[] rows, TextWriter output)
    {
        if (rows.Length == 0) return;
        output.WriteLine();
        output.WriteLine($"{heading}:");
        var column = Indent * 2 + Math.Min(LongestNames, rows.Max(row => row.Names.Length));

        // On a narrow terminal the text goes below the names.
        if (width < column * 2) column = Indent * 2;
        foreach (var (names, text) in rows)
        {
            var line = new string(' ', Indent) + names;
            foreach (var part in TextWrap.Lines(text, width - column))
            {
                if (line.Length > column - Indent)
                {
                    output.WriteLine(line);
                    line = "";
                }

                output.WriteLine(line.PadRight(column) + part);
                line = "";
            }

            if (line.Length > 0) output.WriteLine(line);
        }
    }

    // A line of a shell, which goes on after a backslash.
    private void Line(string text, TextWriter output)
    {
        const string More = " \\";
        var lines = TextWrap.Lines(text, width - Indent * 2 - More.Length).ToArray();
        for (var i = 0; i < lines.Length; i++)
            output.WriteLine(
                $"{new string(' ', i == 0 ? Indent : Indent * 2)}{lines[i]}{(i < lines.Length - 1 ? More : "")}");
    }
}
