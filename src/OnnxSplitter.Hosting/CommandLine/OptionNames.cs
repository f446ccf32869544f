using System.Text.RegularExpressions;

namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>Puts a command's options in the place of the properties that a library's refusal names.</summary>
internal static partial class OptionNames
{
    /// <summary>The text with options' names.</summary>
    /// <param name="text">What a library says.</param>
    /// <param name="properties">Names of properties that it mentions; another word of that form is left alone.</param>
    /// <param name="names">Options by property.</param>
    public static string In(string text, IReadOnlyList<string> properties, IReadOnlyDictionary<string, string> names) =>
        properties.Count == 0 ? text : Word().Replace(text, match =>
            properties.Contains(match.Value) && names.TryGetValue(match.Value, out var name) ? name : match.Value);

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+\b", RegexOptions.None, 1000)]
    private static partial Regex Word();
}
