using System.Text;
using System.Text.RegularExpressions;

namespace OnnxSplitter.Tests.Docs;

/// <summary>A page for users: the README, or one of <c>docs</c>.</summary>
internal sealed partial class DocumentPage(string name)
{
    /// <summary>Paths of all pages below the repository's root.</summary>
    public static TheoryData<string> Names =>
    [
        "README.md",
        .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Order(StringComparer.Ordinal)
            .Select(path => $"docs/{Path.GetFileName(path)}"),
    ];

    public string Text { get; } = File.ReadAllText(Path.Combine(Repository.Root, name));

    /// <summary>What stands in fenced blocks of a language; of none, in those that name none.</summary>
    public IEnumerable<string> Blocks(string language) => Fence().Matches(Text)
        .Where(match => match.Groups["language"].Value == language).Select(match => match.Groups["text"].Value);

    /// <summary>
    /// The lines of its blocks that run one of the programs, as their arguments, the program first.
    /// </summary>
    public IEnumerable<string[]> Commands() => Blocks("")
        .SelectMany(block => block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        .Where(line => line.StartsWith("onnxsplit", StringComparison.Ordinal)).Select(Words);

    // As a shell does it, of which pages use quotes alone.
    private static string[] Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        char? quote = null;
        foreach (var c in line + ' ')
        {
            if (c == quote) quote = null;
            else if (quote is null && c is '\'' or '"') quote = c;
            else if (quote is not null || c != ' ') word.Append(c);
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        return [.. words];
    }

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<text>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fence();
}
