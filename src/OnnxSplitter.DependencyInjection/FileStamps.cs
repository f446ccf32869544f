using System.Security.Cryptography;
using OnnxSplitter.Onnx;
using OnnxSplitter.Secrets.Envelope;

namespace OnnxSplitter.DependencyInjection;

/// <summary>Lengths and times of files, and a secrets file's content, which tell that one was replaced.</summary>
/// <param name="paths">What is looked at; what is no file counts as absent.</param>
/// <param name="secrets">
/// Those whose content is looked at: where times are kept or made the same, they tell nothing, and another model has
/// other secrets.
/// </param>
internal sealed class FileStamps(IEnumerable<string> paths, string secrets)
{
    private readonly string[] _paths = [.. paths];

    /// <summary>What all of them are like now.</summary>
    public string Now() => string.Join('|', _paths.Select(One).Append(
        Try(() => Convert.ToHexStringLower(SHA256.HashData(SecretsEnvelope.ReadFile(secrets))))));

    private static string One(string path) => Try(() =>
    {
        // Of what a link leads to: deployments switch links.
        var file = new FileInfo(path);
        var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        return target.Exists
            ? FormattableString.Invariant($"{target.FullName}:{target.Length}:{target.LastWriteTimeUtc.Ticks}")
            : string.Empty;
    });

    private static string Try(Func<string> look)
    {
        try
        {
            return look();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OnnxSplitterException)
        {
            return string.Empty;
        }
    }
}
