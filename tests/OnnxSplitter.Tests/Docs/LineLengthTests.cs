namespace OnnxSplitter.Tests.Docs;

/// <summary>Lines are as long as <c>.editorconfig</c> allows.</summary>
public sealed class LineLengthTests
{
    private const int Most = 120;

    // A longer line that can't be broken: a row of a table, and a link alone on its line.
    private static readonly string[] Unbreakable = ["|", "<http", "http"];

    private static readonly string[] Endings =
        [
        ".cs", ".md", ".sh", ".py", ".mjs", ".c", ".h", ".java", ".rs", ".props", ".csproj", ".config", ".css",
        ".proto",
    ];

    [Fact]
    public void No_line_is_longer_than_120_characters()
    {
        var longer = RepositoryFiles.All.Where(path => Endings.Contains(Path.GetExtension(path)) || path == ".ci/run")
            .SelectMany(path => File.ReadLines(Path.Combine(Repository.Root, path))
                .Select((line, index) => (Line: line, Place: $"{path}:{index + 1}"))
                .Where(found => found.Line.Length > Most && !MayBeLonger(path, found.Line)))
            .Select(found => found.Place).ToArray();
        Assert.True(longer.Length == 0, $"{longer.Length} lines are longer:\n{string.Join('\n', longer.Take(100))}");
    }

    private static bool MayBeLonger(string path, string line) => path.EndsWith(".md", StringComparison.Ordinal)
        && Unbreakable.Any(start => line.TrimStart().StartsWith(start, StringComparison.Ordinal));
}
