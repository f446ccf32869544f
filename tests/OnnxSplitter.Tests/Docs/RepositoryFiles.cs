namespace OnnxSplitter.Tests.Docs;

/// <summary>The repository's files that people write.</summary>
internal static class RepositoryFiles
{
    private static readonly HashSet<string> Made =
        new(["bin", "obj", ".git", "node_modules", "artifacts", "TestResults", "__pycache__"], StringComparer.Ordinal);

    /// <summary>Paths below the root, without what builds and tests make.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Below(Repository.Root).Select(path => Path.GetRelativePath(Repository.Root, path))
            .Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Below(string folder) => Directory.EnumerateFiles(folder)
        .Concat(Directory.EnumerateDirectories(folder).Where(inner => !Made.Contains(Path.GetFileName(inner)))
            .SelectMany(Below));
}
