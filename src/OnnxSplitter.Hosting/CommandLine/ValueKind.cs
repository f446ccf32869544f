namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>What the word after an option can be, how it is read, and how it is written.</summary>
/// <typeparam name="TValue">What it stands for.</typeparam>
/// <param name="Parse">Reads it.</param>
/// <param name="Format">Writes it so that it reads back as the same; null for a value that no word stands for.</param>
/// <param name="Rule">What a word that does not read must be, such as <c>be 1 or more</c>.</param>
public sealed record ValueKind<TValue>(TryParse<TValue> Parse, Func<TValue, string?> Format, string Rule)
{
    /// <summary>All words that there are; empty where there are too many to list.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The same kind, with a further rule.</summary>
    public ValueKind<TValue> Where(Predicate<TValue> allowed, string rule) => this with
    {
        Parse = (string text, out TValue value) => Parse(text, out value) && allowed(value),
        Rule = rule,
    };
}
