using System.Text.RegularExpressions;

namespace OnnxSplitter.Tests.Docs;

/// <summary>Links between the repository's documents.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Documents =>
        [.. RepositoryFiles.All.Where(path => path.EndsWith(".md", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_lead_to_files_and_headings(string document)
    {
        var path = Path.Combine(Repository.Root, document);
        Assert.All(Link().Matches(File.ReadAllText(path)).Select(match => match.Groups["target"].Value), target =>
        {
            if (target.Contains("://", StringComparison.Ordinal)) return;
            var parts = target.Split('#');
            var file = parts[0].Length == 0 ? path : Path.Combine(Path.GetDirectoryName(path)!, parts[0]);
            Assert.True(Path.Exists(file), $"{document} links to {target}, which is not there.");
            if (parts.Length > 1) Assert.Contains(parts[1], Headings(file));
        });
    }

    private static IEnumerable<string> Headings(string file) => File.ReadLines(file)
        .Where(line => line.StartsWith('#'))
        .Select(line =>
            string.Concat(line.TrimStart('#').Trim().ToLowerInvariant()
            .Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-'))
            .Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
