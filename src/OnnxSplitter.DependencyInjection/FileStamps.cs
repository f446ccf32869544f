namespace OnnxSplitter.DependencyInjection;

/// <summary>Lengths and times of files, which tell that one was replaced.</summary>
/// <param name="paths">What is looked at; what is no file counts as absent.</param>
internal sealed class FileStamps(IEnumerable<string> paths)
{
    private readonly string[] _paths = [.. paths];

    /// <summary>What all of them are like now.</summary>
    public string Now() => string.Join('|', _paths.Select(One));

    private static string One(string path)
    {
        try
        {
            // Of what a link leads to: deployments switch links.
            var file = new FileInfo(path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists
                ? FormattableString.Invariant($"{target.FullName}:{target.Length}:{target.LastWriteTimeUtc.Ticks}")
                : string.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
