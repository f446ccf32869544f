using System.CommandLine;
using System.CommandLine.Parsing;

namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>A command that its rows define.</summary>
/// <typeparam name="T">What it is asked to do.</typeparam>
/// <param name="name">Its name.</param>
/// <param name="first">The request before anything was said: what it holds, holds without options.</param>
/// <param name="rows">Its options and arguments.</param>
/// <param name="summary">What it does, in paragraphs.</param>
public sealed class CommandDefinition<T>(
    string name, T first, RowTable<T> rows, params IReadOnlyList<string> summary) : CommandDescription(name, summary)
{
    private readonly Row<T>[] _rows = [.. rows];

    /// <inheritdoc/>
    public override IReadOnlyList<RowHelp> Rows =>
    [
        .. _rows.Select(row => new RowHelp(row.Name, row.Aliases, row.ValueName, row.Group, row.Help,
            row.Default ?? (row is { ValueName: not null, Many: false, Required: false }
                && row.Write(first) is [{ Length: > 0 } word]
                ? word : null),
            row.Required, row.Many)),
    ];

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> NamesByProperty => _rows.Where(row => row.Property is not null)
        .DistinctBy(row => row.Property).ToDictionary(row => row.Property!, row => row.Name, StringComparer.Ordinal);

    /// <summary>The command.</summary>
    /// <param name="run">Does what was asked for; gives the exit code.</param>
    public Command Create(Func<T, CancellationToken, int> run)
    {
        var symbols = Array.ConvertAll(_rows, Symbol);
        var command = new DescribedCommand(this);
        foreach (var symbol in symbols)
            if (symbol is Argument argument) command.Arguments.Add(argument);
            else command.Options.Add((Option)symbol);
        command.Validators.Add(result =>
        {
            if (Read(result, symbols).Problem is { } problem) result.AddError(problem);
        });
        command.SetAction((parsed, cancellation) =>
            Task.FromResult(run(Read(parsed.CommandResult, symbols).Request, cancellation)));
        return command;
    }

    /// <summary>The words after the command's name that ask for the same, what holds anyhow written out too.</summary>
    public IEnumerable<string> Words(T request) => _rows
        .Where(row => row.Only?.Holds(request) != false)
        .OrderBy(row => !row.IsArgument)
        .SelectMany(row => row.Write(request).SelectMany(word => Words(row, word)));

    private static IEnumerable<string> Words(Row<T> row, string word)
    {
        // The parser takes a word with such a beginning for an option or for the name of a file with more words.
        var misleading = word.StartsWith('@') || word.StartsWith('-') && word.Length > 1;
        if (row.IsArgument) yield return misleading ? $"./{word}" : word;
        else if (row.ValueName is null) yield return row.Name;
        else if (misleading || word.Length == 0) yield return $"{row.Name}={word}";
        else foreach (var each in new[] { row.Name, word }) yield return each;
    }

    private static Symbol Symbol(Row<T> row)
    {
        if (row.IsArgument) return new Argument<string>(row.Name);
        if (row.ValueName is null) return new Option<bool>(row.Name, [.. row.Aliases]);
        Option option = row.Many
            ? new Option<string[]>(row.Name, [.. row.Aliases]) { Arity = ArgumentArity.OneOrMore }
            : new Option<string>(row.Name, [.. row.Aliases]) { Arity = ArgumentArity.ExactlyOne };
        option.Required = row.Required;
        if (row.Words.Count > 0) option.CompletionSources.Add([.. row.Words]);
        return option;
    }

    /// <summary>Reads what was given, in the rows' order; then what else follows from that.</summary>
    private (T Request, string? Problem) Read(CommandResult result, Symbol[] symbols)
    {
        var request = first;
        var given = new bool[_rows.Length];
        for (var i = 0; i < _rows.Length; i++)
        {
            if (Given(result, symbols[i]) is not { } words) continue;

            // What is no word at all is refused by the parser, as is what is missing.
            if (_rows[i].ValueName is not null && words.Length == 0) return (request, null);
            given[i] = true;
            (request, var problem) = _rows[i].Read(request, words);
            if (problem is not null) return (request, problem);
        }

        for (var i = 0; i < _rows.Length; i++)
            if (!given[i] && _rows[i].Otherwise is { } otherwise) request = otherwise(request);
        if (_rows.Where((row, i) => row.Required && !given[i] || row.IsArgument && !given[i]).Any())
            return (request, null);
        for (var i = 0; i < _rows.Length; i++)
            if (given[i] && _rows[i].Only is { } only && !only.Holds(request))
                return (request, $"{_rows[i].Name} {only.Refusal}.");
        return (request, rows.Rules.Select(rule => rule(request)).FirstOrDefault(problem => problem is not null));
    }

    private static string[]? Given(CommandResult result, Symbol symbol) => symbol switch
    {
        Argument argument => result.GetResult(argument) is { Tokens.Count: > 0 } words ? Values(words) : null,
        Option<bool> flag =>
            result.GetResult(flag) is { Implicit: false } && result.GetValue(flag) ? [string.Empty] : null,
        Option option => result.GetResult(option) is { Implicit: false } words ? Values(words) : null,
        _ => null,
    };

    private static string[] Values(SymbolResult result) => [.. result.Tokens.Select(token => token.Value)];
}
