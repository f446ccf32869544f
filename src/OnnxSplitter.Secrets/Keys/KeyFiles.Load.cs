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

    private const int InvalidPassword = unchecked((int)0x80070056); // HRESULT of ERROR_INVALID_PASSWORD
    private const string NoIdentity = "it has no certificate with its private key";
    private const string IdentityRemedy = "Give a .pem file that holds both, or a .pfx file.";
    private const string CertificateRemedy = "Give a .crt file, PEM or DER.";

    private const string PassphraseRemedy = "Give the Passphrase of the key.";

    private const string OldEncryptionRemedy =
        "Convert it: openssl pkcs8 -topk8 writes the newer form, which has a better key derivation.";

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
            using var certificate = IsPem(content)
                ? IdentityFromPem(content, name, passphrase)
                : IdentityFromPfx(content, name, passphrase);
            return Identity.Of(certificate);
        });
    }

    /// <summary>Loads a certificate; a private key beside it is not looked at.</summary>
    /// <param name="path">PEM or DER, at most 1 MB.</param>
    /// <returns>The certificate, without a private key. The caller disposes it.</returns>
    /// <exception cref="CertificateException">It can't be read or is something else.</exception>
    public static X509Certificate2 LoadCertificate(string path)
    {
        // The file may hold a private key all the same.
        var bytes = Read(path, CertificateRemedy);
        try
        {
            return ParseCertificate(bytes, path);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Loads a certificate from a file's content.</summary>
    /// <param name="content">PEM or DER. Still the caller's to zero.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <returns>The certificate, without a private key. The caller disposes it.</returns>
    /// <exception cref="CertificateException">It is something else.</exception>
    public static X509Certificate2 ParseCertificate(byte[] content, string name)
    {
        ArgumentNullException.ThrowIfNull(content);
        return Parse(name, "it is not a certificate", CertificateRemedy, () => IsPem(content)
            ? WithText(content, text => X509Certificate2.CreateFromPem(text))
            : X509CertificateLoader.LoadCertificate(content));
    }

    /// <summary>Reads a file that holds a passphrase.</summary>
    /// <param name="path">At most 1 MB.</param>
    /// <returns>Its first line, UTF-8, which the caller zeroes.</returns>
    /// <exception cref="CertificateException">It can't be read.</exception>
    public static byte[] ReadPassphrase(string path) =>
        FirstLine(Read(path, "Give a file whose first line is the passphrase."));

    /// <summary>The first line of what holds a passphrase.</summary>
    /// <param name="content">Zeroed.</param>
    /// <returns>The line without its end, which the caller zeroes.</returns>
    public static byte[] FirstLine(byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var end = content.AsSpan().IndexOfAny((byte)'\r', (byte)'\n');
        var line = end < 0 ? content.ToArray() : content[..end];
        CryptographicOperations.ZeroMemory(content);
        return line;
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

    private static bool IsPem(ReadOnlySpan<byte> bytes) => bytes.IndexOf("-----BEGIN "u8) >= 0;

    private static X509Certificate2 IdentityFromPem(byte[] bytes, string name, PassphraseSource? passphrase) =>
        WithText(bytes, text =>
        {
            // How OpenSSL marks a key encrypted in its older format (RFC 1421, 4.6.1.1), with MD5 for a key derivation.
            if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
                throw new CertificateException(
                    $"{name} can't be used: its private key is encrypted in an old way.", OldEncryptionRemedy);
            if (!text.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal))
                return X509Certificate2.CreateFromPem(text, text);
            using var spoken = new Passphrase(passphrase, name);
            try
            {
                return X509Certificate2.CreateFromEncryptedPem(text, text, spoken.Text);
            }
            catch (CryptographicException e)
            {
                throw WrongPassphrase(name, e);
            }
        });

    // Keys go to no key store, where the system can do without.
    private static X509Certificate2 IdentityFromPfx(byte[] bytes, string name, PassphraseSource? passphrase)
    {
        var storage = OperatingSystem.IsMacOS()
            ? X509KeyStorageFlags.DefaultKeySet
            : X509KeyStorageFlags.EphemeralKeySet;
        X509Certificate2 certificate;
        try
        {
            certificate = X509CertificateLoader.LoadPkcs12(bytes, default(ReadOnlySpan<char>), storage);
        }
        catch (CryptographicException e) when (e.HResult == InvalidPassword)
        {
            using var spoken = new Passphrase(passphrase, name);
            try
            {
                certificate = X509CertificateLoader.LoadPkcs12(bytes, spoken.Text, storage);
            }
            catch (CryptographicException wrong) when (wrong.HResult == InvalidPassword)
            {
                throw WrongPassphrase(name, wrong);
            }
        }

        if (certificate.HasPrivateKey) return certificate;
        certificate.Dispose();
        throw new CryptographicException("There is no private key.");
    }

    private static CertificateException WrongPassphrase(string name, Exception cause) =>
        new($"{name} can't be used: the passphrase is not the one that protects it.", PassphraseRemedy, cause)
        {
            Properties = [nameof(Passphrase)],
        };

    private static T WithText<T>(byte[] bytes, Func<ReadOnlySpan<char>, T> use)
    {
        var text = new char[bytes.Length];
        try
        {
            // One char per byte, so that no intermediate buffer grows; PEM itself is ASCII (RFC 7468, 3).
            return use(text.AsSpan(0, Encoding.Latin1.GetChars(bytes, text)));
        }
        finally
        {
            Array.Clear(text);
        }
    }

    private readonly struct Passphrase(PassphraseSource? source, string name) : IDisposable
    {
        private readonly char[] _text = source?.Invoke(name) ?? throw new CertificateException(
            $"{name} can't be used: it is protected by a passphrase, and none is given.", PassphraseRemedy)
        {
            Properties = [nameof(Passphrase)],
        };

        public ReadOnlySpan<char> Text => _text;

        public void Dispose() => Array.Clear(_text);
    }
}
