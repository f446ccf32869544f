namespace OnnxSplitter.Tests.Docs;

/// <summary>A file of the repository that a test makes from what it describes.</summary>
internal static class MadeFile
{
    /// <summary>Fails if the file says something else, and writes it anew.</summary>
    /// <param name="path">Its path below the repository's root.</param>
    /// <param name="expected">What it should say.</param>
    public static void Matches(string path, string expected)
    {
        var full = Path.Combine(Repository.Root, path);
        if (File.Exists(full) && File.ReadAllText(full) == expected) return;
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, expected);
        Assert.Fail($"{path} was out of date and has been written anew: look at the difference and commit it.");
    }
}
