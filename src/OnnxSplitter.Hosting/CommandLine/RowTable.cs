using System.Collections;
using System.Runtime.CompilerServices;

namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>Options and arguments of a command, or of a part of its request, in the order of its help.</summary>
/// <typeparam name="T">The request.</typeparam>
public sealed class RowTable<T> : IEnumerable<Row<T>>
{
    private string _group = Groups.Output;

    private readonly List<Row<T>> _rows = [];

    private readonly List<Func<T, string?>> _rules = [];

    /// <summary>What must hold between rows: each says what is wrong, or null.</summary>
    public IReadOnlyList<Func<T, string?>> Rules => _rules;

    /// <summary>Says what heading the rows that follow stand under.</summary>
    public RowTable<T> Under(string group)
    {
        _group = group;
        return this;
    }

    /// <summary>Adds a row as it is.</summary>
    public RowTable<T> Add(Row<T> row)
    {
        _rows.Add(row);
        return this;
    }

    /// <summary>Adds an option without a value.</summary>
    /// <param name="names">Its name, and shorter ones after <c>|</c>.</param>
    /// <param name="get">Whether a request asks for it.</param>
    /// <param name="set">The request that asks for it.</param>
    /// <param name="help">What it does.</param>
    /// <param name="only">What the request has to ask for besides.</param>
    /// <param name="property">Filled in by the compiler: the property that <paramref name="get"/> reads.</param>
    public RowTable<T> Flag(
        string names, Func<T, bool> get, Func<T, bool, T> set, string help, Requirement<T>? only = null,
        [CallerArgumentExpression(nameof(get))] string property = "")
    {
        var split = names.Split('|');
        return Add(new Row<T>(
            split[0], help, (request, _) => (set(request, true), null), request => get(request) ? [string.Empty] : [])
        {
            Aliases = split[1..],
            Group = _group,
            Only = only,
            Property = Last(property),
        });
    }

    /// <summary>Adds an option or argument with a value.</summary>
    /// <typeparam name="TValue">Its value.</typeparam>
    /// <param name="names">Its name, and shorter ones after <c>|</c>.</param>
    /// <param name="value">What stands for the value in help; null for the list of words that it can be.</param>
    /// <param name="kind">How the value is read and written.</param>
    /// <param name="get">Reads it from a request.</param>
    /// <param name="set">A request with it.</param>
    /// <param name="help">What it does.</param>
    /// <param name="otherwise">
    /// What holds without it, in words; null for the value in the first request, if any.
    /// </param>
    /// <param name="required">Whether it has to be given.</param>
    /// <param name="only">What the request has to ask for besides.</param>
    /// <param name="complete">Completes a request in which it was not given.</param>
    /// <param name="property">Filled in by the compiler: the property that <paramref name="get"/> reads.</param>
    public RowTable<T> Value<TValue>(
        string names, string? value, ValueKind<TValue> kind, Func<T, TValue> get, Func<T, TValue, T> set, string help,
        string? otherwise = null, bool required = false, Requirement<T>? only = null, Func<T, T>? complete = null,
        [CallerArgumentExpression(nameof(get))] string property = "")
    {
        var split = names.Split('|');
        return Add(new Row<T>(
            split[0], help,
            (request, words) => kind.Parse(words[^1], out var read)
                ? (set(request, read), null)
                : (request, Problem(split[0], words[^1], kind.Rule)),
            request => kind.Format(get(request)) is { } word ? [word] : [])
        {
            Aliases = split[1..],
            Group = _group,
            ValueName = value ?? string.Join('|', kind.Words),
            Words = kind.Words,
            Default = otherwise,
            Required = required,
            Only = only,
            Otherwise = complete,
            Property = Last(property),
        });
    }

    /// <summary>Adds an option that can be given several times, with a value each time.</summary>
    /// <typeparam name="TValue">A value.</typeparam>
    /// <param name="names">Its name, and shorter ones after <c>|</c>.</param>
    /// <param name="value">What stands for the value in help.</param>
    /// <param name="kind">How a value is read and written.</param>
    /// <param name="get">Reads all from a request.</param>
    /// <param name="set">A request with these.</param>
    /// <param name="help">What it does.</param>
    /// <param name="required">Whether it has to be given.</param>
    /// <param name="check">Says what is wrong with all values together, or null.</param>
    /// <param name="property">Filled in by the compiler: the property that <paramref name="get"/> reads.</param>
    public RowTable<T> Many<TValue>(
        string names, string value, ValueKind<TValue> kind, Func<T, IEnumerable<TValue>> get,
        Func<T, IReadOnlyList<TValue>, T> set, string help, bool required = false,
        Func<IReadOnlyList<TValue>, string?>? check = null,
        [CallerArgumentExpression(nameof(get))] string property = "")
    {
        var split = names.Split('|');
        return Add(new Row<T>(
            split[0], help,
            (request, words) =>
            {
                var values = new List<TValue>();
                foreach (var word in words)
                {
                    if (!kind.Parse(word, out var read)) return (request, Problem(split[0], word, kind.Rule));
                    values.Add(read);
                }

                return check?.Invoke(values) is { } problem ? (request, problem) : (set(request, values), null);
            },
            request => [.. get(request).Select(each => kind.Format(each)!)])
        {
            Aliases = split[1..],
            Group = _group,
            ValueName = value,
            Required = required,
            Many = true,
            Property = Last(property),
        });
    }

    /// <summary>Adds the rows and rules of a part of the request.</summary>
    /// <typeparam name="TPart">That part.</typeparam>
    /// <param name="part">Its rows.</param>
    /// <param name="get">Where the request holds it.</param>
    /// <param name="set">The request with another.</param>
    /// <param name="only">What the request has to ask for so that any of these rows means anything.</param>
    public RowTable<T> Include<TPart>(
        RowTable<TPart> part, Func<T, TPart> get, Func<T, TPart, T> set, Requirement<T>? only = null)
    {
        foreach (var row in part._rows)
        {
            var within = row.Within(get, set);
            _rows.Add(only is null ? within : within with { Only = only });
        }

        _rules.AddRange(part._rules.Select(rule => (Func<T, string?>)(request => rule(get(request)))));
        return this;
    }

    /// <summary>Adds what must hold between rows.</summary>
    /// <param name="rule">Says what is wrong with a request, or null.</param>
    public RowTable<T> Rule(Func<T, string?> rule)
    {
        _rules.Add(rule);
        return this;
    }

    /// <inheritdoc/>
    public IEnumerator<Row<T>> GetEnumerator() => _rows.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string Problem(string name, string word, string rule) => $"{name} is {word}; it must {rule}.";

    // "x => x.Terms.Audience" reads Audience.
    private static string Last(string expression) => expression[(expression.LastIndexOf('.') + 1)..];
}
