using System.CommandLine;

namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>A command that knows what is said of it.</summary>
internal sealed class DescribedCommand(CommandDescription description)
    : Command(description.Name, description.Summary[0])
{
    /// <summary>What help and documentation say.</summary>
    public CommandDescription Text { get; } = description;
}
