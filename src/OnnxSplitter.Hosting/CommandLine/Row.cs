namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>
/// One option or argument of a command, written once: parsing, help, documentation, refusals and the words that say the
/// same again come from here.
/// </summary>
/// <typeparam name="T">The request that it says something of.</typeparam>
/// <param name="Name">
/// Such as <c>--force</c>; a name without a dash in front is an argument's, which has but a place.
/// </param>
/// <param name="Help">What it does, in sentences.</param>
/// <param name="Read">
/// Takes the words after each time that the name was given, or of the argument; gives the request that says so, or,
/// beside any request, what is wrong with a word.
/// </param>
/// <param name="Write">The words that <paramref name="Read"/> takes; none for what no word stands for.</param>
public sealed record Row<T>(
    string Name, string Help, Func<T, IReadOnlyList<string>, (T Request, string? Problem)> Read,
    Func<T, IReadOnlyList<string>> Write)
{
    /// <summary>Shorter names.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The heading that it stands under where a command has many.</summary>
    public string Group { get; init; } = Groups.Output;

    /// <summary>What stands for its value in help; null for an option without one.</summary>
    public string? ValueName { get; init; }

    /// <summary>What holds if it is not given, in words; null for the value that the first request has.</summary>
    public string? Default { get; init; }

    /// <summary>All words that its value can be; empty where that is not a list.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Whether a command without it is refused.</summary>
    public bool Required { get; init; }

    /// <summary>Whether it can be given several times.</summary>
    public bool Many { get; init; }

    /// <summary>The property of the libraries' options that it sets; refusals name that.</summary>
    public string? Property { get; init; }

    /// <summary>What the request has to ask for besides; null for nothing.</summary>
    public Requirement<T>? Only { get; init; }

    /// <summary>Completes a request in which it was not given, after everything that was; null to leave it.</summary>
    public Func<T, T>? Otherwise { get; init; }

    /// <summary>Whether it is an argument.</summary>
    public bool IsArgument => !Name.StartsWith('-');

    /// <summary>The same row for a request that holds the present one.</summary>
    /// <typeparam name="TOuter">That request.</typeparam>
    /// <param name="get">Where it holds it.</param>
    /// <param name="set">The request with another.</param>
    public Row<TOuter> Within<TOuter>(Func<TOuter, T> get, Func<TOuter, T, TOuter> set) => new(
        Name, Help,
        (outer, words) =>
        {
            var (request, problem) = Read(get(outer), words);
            return (set(outer, request), problem);
        },
        outer => Write(get(outer)))
    {
        Aliases = Aliases,
        Group = Group,
        ValueName = ValueName,
        Default = Default,
        Words = Words,
        Required = Required,
        Many = Many,
        Property = Property,
        Only = Only is { } only ? new Requirement<TOuter>(outer => only.Holds(get(outer)), only.Refusal) : null,
        Otherwise = Otherwise is { } otherwise ? outer => set(outer, otherwise(get(outer))) : null,
    };
}
