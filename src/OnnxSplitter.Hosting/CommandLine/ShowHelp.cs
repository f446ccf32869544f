using System.CommandLine;
using System.CommandLine.Invocation;

namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>Prints the help of the command that was named.</summary>
/// <param name="width">Characters that a line may have.</param>
internal sealed class ShowHelp(int width) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var command = (DescribedCommand)parseResult.CommandResult.Command;
        new HelpPage(width).Write(command, CommandUsage.Path(command), parseResult.InvocationConfiguration.Output);
        return 0;
    }
}
