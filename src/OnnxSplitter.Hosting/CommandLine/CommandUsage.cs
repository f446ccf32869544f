using System.CommandLine;

namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>How a command is used, in a line.</summary>
internal static class CommandUsage
{
    /// <summary>What a command's line must hold.</summary>
    public static string Line(DescribedCommand command, string path) => string.Join(' ', [
        path,
        .. command.Subcommands.Count > 0 ? ["COMMAND"] : Array.Empty<string>(),
        .. command.Text.Rows.Where(row => row.IsArgument || row.Required).OrderBy(row => !row.IsArgument)
            .Select(row => row.Usage),
        "[options]",
    ]);

    /// <summary>A command's name, with those of the commands above it.</summary>
    public static string Path(Command command)
    {
        var parent = command.Parents.OfType<Command>().FirstOrDefault();
        return parent is null ? command.Name : $"{Path(parent)} {command.Name}";
    }
}
