namespace OnnxSplitter.Onnx.Files;

/// <summary>Tells whether two paths name one file, through other spellings and through links.</summary>
public static class FileIdentity
{
    /// <summary>Throws if writing to <paramref name="output"/> would change <paramref name="input"/>.</summary>
    /// <exception cref="OutputExistsException">They are the same file.</exception>
    public static void RefuseSame(string input, string output)
    {
        if (Same(input, output))
            throw new OutputExistsException($"{output} is the input {input} itself.", "Choose another output name.");
    }

    /// <summary>Whether both paths lead to one file.</summary>
    public static bool Same(string first, string second) =>
        string.Equals(Resolve(first), Resolve(second), Comparison);

    // Case is folded where the usual file systems fold it.
    internal static StringComparison Comparison =>
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
            ? StringComparison.OrdinalIgnoreCase
            : StringComparison.Ordinal;

    /// <summary>The path with every symbolic link on the way followed. The last part need not exist.</summary>
    internal static string Resolve(string path)
    {
        var full = Path.GetFullPath(path);
        var resolved = Path.GetPathRoot(full) ?? string.Empty;
        var links = 0;
        var parts = new Stack<string>(Split(full[resolved.Length..]).Reverse());
        while (parts.TryPop(out var part))
        {
            var next = Path.GetFullPath(Path.Combine(resolved, part));
            var target = LinkTarget(next);
            if (target is null || ++links > 40)
            {
                resolved = next;
                continue;
            }

            if (Path.IsPathRooted(target)) resolved = Path.GetPathRoot(target)!;
            foreach (var piece in Split(target[(Path.GetPathRoot(target) ?? string.Empty).Length..]).Reverse())
                parts.Push(piece);
        }

        return resolved;
    }

    private static string[] Split(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar],
            StringSplitOptions.RemoveEmptyEntries);

    private static string? LinkTarget(string path)
    {
        FileSystemInfo entry = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        return entry.LinkTarget;
    }
}
