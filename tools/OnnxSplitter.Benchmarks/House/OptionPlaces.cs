using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OnnxSplitter.Benchmarks.House;

/// <summary>
/// Places that know an option: lines of code, comments aside, that hold its name as text or the same name as an
/// identifier. One declaration of a property is left out: the setting itself.
/// </summary>
internal static class OptionPlaces
{
    /// <summary>Finds them.</summary>
    /// <param name="repository">Path of the root.</param>
    /// <param name="option">The option's name, such as <c>--max-memory</c>, that no other thing shares.</param>
    /// <returns>File and line of each.</returns>
    public static IReadOnlyList<string> Find(string repository, string option)
    {
        var name = string.Concat(option.TrimStart('-').Split('-')
            .Select(word => char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..]));
        var tokens = ProjectFolder.All(repository).Where(project => project.Name != "OnnxSplitter.Benchmarks")
            .SelectMany(project => project.Sources)
            .SelectMany(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), path: path).GetRoot()
                .DescendantTokens())
            .Where(token => token.IsKind(SyntaxKind.IdentifierToken)
                ? token.ValueText == name
                : token.RawKind is (int)SyntaxKind.StringLiteralToken or (int)SyntaxKind.InterpolatedStringTextToken
                    && token.Text.Contains(option, StringComparison.Ordinal))
            .ToArray();
        var setting = tokens.FirstOrDefault(token => token.Parent.IsKind(SyntaxKind.PropertyDeclaration));
        return [.. tokens.Where(token => token != setting).Select(Place).Distinct().Order(StringComparer.Ordinal)];
    }

    private static string Place(SyntaxToken token)
    {
        var span = token.GetLocation().GetLineSpan();
        return $"{span.Path}:{span.StartLinePosition.Line + 1}";
    }
}
