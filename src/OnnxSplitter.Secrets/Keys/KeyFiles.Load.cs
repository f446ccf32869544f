using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>Reads keys and certificates; what a file is, its content says, not its name.</summary>
public static partial class KeyFiles
{
    /// <summary>Longest file that is read, bytes.</summary>
    public const int MaxLength = 1024 * 1024;

    private const string NoIdentity = "it has no certificate with its private key";
    private const string IdentityRemedy = "Give a .pem file that holds both, or a .pfx file.";
    private const string CertificateRemedy = "Give a .crt file, PEM or DER.";

    /// <summary>Loads a certificate with its private key.</summary>
    /// <param name="path">PEM with both, or PFX (PKCS#12); at most 1 MB.</param>
    /// <param name="passphrase">Asked only if the key is encrypted; null if there is no passphrase.</param>
    /// <returns>The identity. The caller disposes it.</returns>
    /// <exception cref="CertificateException">
    /// It can't be read, is something else, or there is no passphrase, or a wrong one.
    /// </exception>
    public static Identity LoadIdentity(string path, PassphraseSource? passphrase = null)
    {
        var bytes = Read(path, IdentityRemedy);
        try
        {
            return ParseIdentity(bytes, path, passphrase);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Loads a certificate with its private key from a file's content.</summary>
    /// <param name="content">PEM with both, or PFX (PKCS#12). Still the caller's to zero.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="passphrase">Asked only if the key is encrypted; null if there is no passphrase.</param>
    /// <returns>The identity. The caller disposes it.</returns>
    /// <exception cref="CertificateException">As for <see cref="LoadIdentity"/>.</exception>
    public static Identity ParseIdentity(byte[] content, string name, PassphraseSource? passphrase = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        return Parse(name, NoIdentity, IdentityRemedy, () =>
        {
            var text = PlainText.Of(content, name);
            using var certificate = PemText.IsPem(text)
                ? PemIdentity.Read(text, name, passphrase)
                : PfxIdentity.Read(content, name, passphrase);
            return Identity.Of(certificate);
        });
    }

    /// <summary>Loads a certificate; a private key beside it is not looked at.</summary>
    /// <param name="path">PEM or DER of one certificate, at most 1 MB.</param>
    /// <returns>The certificate, without a private key. The caller disposes it.</returns>
    /// <exception cref="CertificateException">It can't be read or is something else.</exception>
    public static X509Certificate2 LoadCertificate(string path) => LoadCertificate(path, out _);

    /// <summary>The same, and says whether there is a private key beside it.</summary>
    /// <param name="path">As above.</param>
    /// <param name="besideKey">Whether there is one, where it has no business.</param>
    /// <returns>As above.</returns>
    /// <exception cref="CertificateException">As above.</exception>
    public static X509Certificate2 LoadCertificate(string path, out bool besideKey)
    {
        // The file may hold a private key all the same.
        var bytes = Read(path, CertificateRemedy);
        try
        {
            return ParseCertificate(bytes, path, out besideKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Loads a certificate from a file's content.</summary>
    /// <param name="content">PEM or DER of one certificate. Still the caller's to zero.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <returns>The certificate, without a private key. The caller disposes it.</returns>
    /// <exception cref="CertificateException">It is something else.</exception>
    public static X509Certificate2 ParseCertificate(byte[] content, string name) =>
        ParseCertificate(content, name, out _);

    /// <summary>The same, and says whether there is a private key beside it.</summary>
    /// <param name="content">As above.</param>
    /// <param name="name">As above.</param>
    /// <param name="besideKey">Whether there is one, where it has no business.</param>
    /// <returns>As above.</returns>
    /// <exception cref="CertificateException">As above.</exception>
    public static X509Certificate2 ParseCertificate(byte[] content, string name, out bool besideKey)
    {
        ArgumentNullException.ThrowIfNull(content);
        (var certificate, besideKey) = Parse(name, "it is not a certificate", CertificateRemedy, () =>
        {
            var text = PlainText.Of(content, name);
            if (PemText.IsPem(text)) return PemText.Use(text, pem => Single(pem, name));
            ForeignForm.Refuse(content, name);
            return (X509CertificateLoader.LoadCertificate(content), false);
        });
        return certificate;
    }

    /// <summary>Reads a file that holds a passphrase.</summary>
    /// <param name="path">At most 1 MB.</param>
    /// <returns>Its first line, UTF-8, which the caller zeroes.</returns>
    /// <exception cref="CertificateException">It can't be read, or is UTF-16.</exception>
    public static byte[] ReadPassphrase(string path) =>
        ParsePassphrase(Read(path, "Give a file whose first line is the passphrase."), path);

    /// <summary>A passphrase as characters, for a <see cref="PassphraseSource"/>.</summary>
    /// <param name="line">UTF-8, as the methods beside this one give it. Zeroed.</param>
    /// <returns>The characters, which the caller zeroes.</returns>
    public static char[] PassphraseText(byte[] line)
    {
        ArgumentNullException.ThrowIfNull(line);
        try
        {
            return Encoding.UTF8.GetChars(line);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(line);
        }
    }

    /// <summary>The first line of what holds a passphrase.</summary>
    /// <param name="content">UTF-8; a byte-order mark does not count. Zeroed.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <returns>The line without its end, which the caller zeroes.</returns>
    /// <exception cref="CertificateException">It is UTF-16.</exception>
    public static byte[] ParsePassphrase(byte[] content, string name)
    {
        ArgumentNullException.ThrowIfNull(content);
        try
        {
            var text = PlainText.Of(content, name);
            var end = text.IndexOfAny((byte)'\r', (byte)'\n');
            return (end < 0 ? text : text[..end]).ToArray();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    // Which of several is meant, nothing says: to seal to an authority, or trust it, would go unnoticed.
    private static (X509Certificate2 Certificate, bool BesideKey) Single(ReadOnlySpan<char> pem, string name)
    {
        var blocks = PemText.Blocks(pem);
        ForeignForm.Refuse(blocks, name);
        var count = blocks.Count(block => block.Label == PemText.Certificate);
        return count <= 1
            ? (X509Certificate2.CreateFromPem(pem),
                blocks.Any(block => block.Label.EndsWith(PemText.PrivateKey, StringComparison.Ordinal)))
            : throw new CertificateException(
                $"{name} can't be used: it holds {count} certificates, and one is asked for.",
                "Give a file that holds that one alone, without its authorities.");
    }

    private static byte[] Read(string path, string remedy) =>
        LimitedFile.Read(path, MaxLength, (message, e) => new CertificateException(message, remedy, e));

    private static T Parse<T>(string name, string otherwise, string remedy, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or AsnContentException)
        {
            throw new CertificateException($"{name} can't be used: {otherwise}.", remedy, e);
        }
    }
}
