using System.CommandLine;
using System.CommandLine.Help;

namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>Makes commands that are no more than what they hold: programs, and groups of commands.</summary>
public static class ProgramCommand
{
    /// <summary>Makes a command a program's: with help, and its version.</summary>
    /// <param name="command">
    /// The command; a root command of the parser would be named after the file it runs from.
    /// </param>
    /// <param name="streams">Where help goes.</param>
    public static Command AsProgram(this Command command, Streams streams)
    {
        var help = new ShowHelp(streams.Width);
        command.Options.Add(new HelpOption("--help", "-h", "-?") { Action = help });
        command.Options.Add(new VersionOption());
        if (command.Subcommands.Count > 0) command.SetAction(parsed => help.Invoke(parsed));
        return command;
    }

    /// <summary>A command that holds others.</summary>
    /// <param name="description">What is said of it.</param>
    /// <param name="commands">The others.</param>
    public static Command Of(CommandDescription description, params IEnumerable<Command> commands)
    {
        var command = new DescribedCommand(description);
        foreach (var each in commands) command.Subcommands.Add(each);
        return command;
    }
}
