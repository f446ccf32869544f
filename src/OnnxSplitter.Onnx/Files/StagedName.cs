namespace OnnxSplitter.Onnx.Files;

/// <summary>One step of a commit: a staged file that gets its target's name, or a file that goes.</summary>
/// <param name="Folder">Full path, without links, of the folder that the names are in.</param>
/// <param name="Staged">
/// Where the content lies until then: <c>TARGET.ID.tmp</c> or, for the files of a model, <c>MODEL.ID.tmp/TARGET</c>,
/// with 32 hexadecimal digits. Null where the target goes.
/// </param>
/// <param name="Target">Its name; with forward slashes where it is in a folder below.</param>
/// <param name="Shown">The target as the caller called it.</param>
/// <param name="Overwrite">Whether an existing file may be replaced.</param>
internal sealed record StagedName(string Folder, string? Staged, string Target, string Shown, bool Overwrite)
{
    /// <summary>How names of what is not finished end.</summary>
    public const string Temporary = ".tmp";

    private const int IdLength = 32;

    /// <summary>Full path of the staged file; empty where there is none.</summary>
    public string StagedPath { get; } = Staged is null ? "" : Path.Combine(Folder, Staged);

    /// <summary>Full path of the target.</summary>
    public string TargetPath { get; } = Path.Combine(Folder, Target);

    /// <summary>A new name beside a target, for what is not finished.</summary>
    public static string Beside(string target) => $"{target}.{Guid.NewGuid():N}{Temporary}";

    /// <summary>
    /// Where a commit keeps what the target was: never a name that <see cref="IsStagedFor"/> knows, since it may be the
    /// old content's only one.
    /// </summary>
    /// <param name="id">The commit's.</param>
    public string Aside(string id) => $"{TargetPath}.{id}.old{Temporary}";

    /// <summary>Whether a name is one that <see cref="Beside"/> gives for a target.</summary>
    public static bool IsStagedFor(string name, string target) =>
        IsBeside(name) && name.Length == target.Length + 1 + IdLength + Temporary.Length
            && name.StartsWith(target, StringComparison.Ordinal);

    /// <summary>
    /// Whether the names are of the form above and can't lead out of the folder, through links below it either.
    /// </summary>
    public bool IsOurs()
    {
        var parts = Target.Split('/');
        if (!parts.All(IsName)) return false;
        if (Staged is null) return parts.Length == 1;
        var staged = Staged.Split('/');
        if (staged.Length == 1)
            return parts.Length == 1 && IsStagedFor(Staged, Target);
        return IsName(staged[0]) && IsBeside(staged[0]) && Staged == $"{staged[0]}/{Target}"
            && !HasLinks(Folder, parts[..^1]) && !HasLinks(Folder, staged[..^1]);
    }

    /// <summary>Whether one of the folders on the way is a symbolic link.</summary>
    public static bool HasLinks(string folder, IEnumerable<string> parts)
    {
        foreach (var part in parts)
        {
            folder = Path.Combine(folder, part);
            if (new DirectoryInfo(folder).LinkTarget is not null) return true;
        }

        return false;
    }

    private static bool IsBeside(string name) =>
        name.EndsWith(Temporary, StringComparison.Ordinal) && name.Length > IdLength + Temporary.Length + 1
        && name[^(IdLength + Temporary.Length + 1)] == '.'
        && name[^(IdLength + Temporary.Length)..^Temporary.Length].All(char.IsAsciiHexDigitLower);

    private static bool IsName(string part) => part.Length > 0 && part is not ("." or "..")
        && !part.Any(c => c is '\0' || c == Path.DirectorySeparatorChar || c == Path.AltDirectorySeparatorChar
            || (OperatingSystem.IsWindows() && c == Path.VolumeSeparatorChar));
}
