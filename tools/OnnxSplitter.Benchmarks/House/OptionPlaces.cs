using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OnnxSplitter.Benchmarks.House;

/// <summary>
/// Places that know an option: lines of code, or what one call is handed, comments aside, that hold its name as text or
/// the same name as an identifier. One declaration of a property is left out: the setting itself.
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
        // What is handed to one call is one place, on however many lines.
        var place = token.Parent?.FirstAncestorOrSelf<ArgumentListSyntax>() is { } handed
            ? handed.GetLocation() : token.GetLocation();
        var span = place.GetLineSpan();
        return $"{span.Path}:{span.StartLinePosition.Line + 1}";
    }
}
