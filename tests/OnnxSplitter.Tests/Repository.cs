namespace OnnxSplitter.Tests;

/// <summary>Files of the repository that tests read.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Model(string name) => Path.Combine(Root, "models", name);

    public static string Vector(string name) => Path.Combine(Root, "tests", "vectors", name);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "OnnxSplitter.sln"))) return folder.FullName;
        throw new InvalidOperationException("The tests run from inside the repository.");
    }
}
