namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>What help and documentation say of an option or argument.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Aliases">Shorter names.</param>
/// <param name="ValueName">What stands for its value; null for an option without one.</param>
/// <param name="Group">The heading that it stands under where there are many.</param>
/// <param name="Help">What it does.</param>
/// <param name="Default">What holds without it; null where that goes without saying.</param>
/// <param name="Required">Whether it has to be given.</param>
/// <param name="Many">Whether it can be given several times.</param>
public sealed record RowHelp(
    string Name, IReadOnlyList<string> Aliases, string? ValueName, string Group, string Help, string? Default,
    bool Required, bool Many)
{
    /// <summary>Whether it is an argument, which has no name but a place.</summary>
    public bool IsArgument => !Name.StartsWith('-');

    /// <summary>All names, the shortest first, and the value.</summary>
    public string Names => string.Join(", ", [.. Aliases, Name]) + (ValueName is null ? "" : $" {ValueName}");

    /// <summary>How it stands in a line of use: the shortest name, and the value.</summary>
    public string Usage => IsArgument ? Name : $"{(Aliases.Count > 0 ? Aliases[0] : Name)} {ValueName}".TrimEnd();

    /// <summary>What it does, and what holds without it.</summary>
    public string Text => Default is null ? Help : $"{Help} [default: {Default}]";
}
