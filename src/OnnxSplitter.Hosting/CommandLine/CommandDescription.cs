namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>What help and documentation say of a command.</summary>
/// <param name="name">Its name, without those of the commands above it.</param>
/// <param name="summary">What it does: paragraphs.</param>
public class CommandDescription(string name, params IReadOnlyList<string> summary)
{
    /// <summary>Its name, without those of the commands above it.</summary>
    public string Name { get; } = name;

    /// <summary>What it does, in paragraphs.</summary>
    public IReadOnlyList<string> Summary { get; } = summary;

    /// <summary>The first sentence of what it does.</summary>
    public string Brief => Summary[0].IndexOf(". ", StringComparison.Ordinal) is > 0 and var end
        ? Summary[0][..(end + 1)] : Summary[0];

    /// <summary>Lines that do something with it.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>Whether its options are so many that they stand under headings.</summary>
    public bool HasHeadings { get; init; }

    /// <summary>Its options and arguments, in the order of help.</summary>
    public virtual IReadOnlyList<RowHelp> Rows => [];

    /// <summary>Option names by the properties of the libraries' options that they set.</summary>
    public virtual IReadOnlyDictionary<string, string> NamesByProperty { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
}
