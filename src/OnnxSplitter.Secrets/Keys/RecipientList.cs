using System.Security.Cryptography.X509Certificates;
using System.Text;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Secrets.Cms;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>Certificates to seal to, each once.</summary>
public sealed class RecipientList : IDisposable
{
    private readonly List<X509Certificate2> _certificates = [];
    private readonly HashSet<string> _addresses = new(StringComparer.Ordinal);

    /// <summary>The certificates, in the order in which they were added. Owned by this object.</summary>
    public IReadOnlyList<X509Certificate2> Certificates => _certificates;

    /// <summary>
    /// The paths of a recipients file: one a line; empty lines and those that begin with # do not count.
    /// </summary>
    /// <param name="content">The file's content, UTF-8; a byte-order mark does not count.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="folder">
    /// What relative paths start from: the file's own folder, so that it can be checked in.
    /// </param>
    /// <exception cref="CertificateException">It is UTF-16, or names nobody.</exception>
    public static IReadOnlyList<string> ParsePaths(byte[] content, string name, string folder)
    {
        ArgumentNullException.ThrowIfNull(content);
        string[] paths =
        [
            .. Encoding.UTF8.GetString(PlainText.Of(content, name)).Split('\n', StringSplitOptions.TrimEntries)
                .Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => Path.Combine(folder, line)),
        ];
        return paths.Length > 0
            ? paths
            : throw new CertificateException(
                $"{name} names no recipient.", "Write one path of a certificate on each line.");
    }

    /// <summary>Reads the paths of a recipients file.</summary>
    /// <param name="path">The file, UTF-8, at most 1 MB.</param>
    /// <exception cref="CertificateException">It can't be read, is UTF-16, or names nobody.</exception>
    public static IReadOnlyList<string> ReadPaths(string path)
    {
        var bytes = LimitedFile.Read(path, KeyFiles.MaxLength, (message, e) =>
            new CertificateException(message, "Give a text file with one path of a certificate per line.", e));
        return ParsePaths(bytes, path, Path.GetDirectoryName(path) ?? string.Empty);
    }

    /// <summary>Adds a recipient, unless an envelope could not tell its address from another's.</summary>
    /// <param name="certificate">Owned by this object from here on.</param>
    /// <returns>Whether it was not there before.</returns>
    public bool Add(X509Certificate2 certificate)
    {
        if (_addresses.Add(RecipientAddress.Of(certificate).ToString()))
        {
            _certificates.Add(certificate);
            return true;
        }

        certificate.Dispose();
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var certificate in _certificates) certificate.Dispose();
    }
}
