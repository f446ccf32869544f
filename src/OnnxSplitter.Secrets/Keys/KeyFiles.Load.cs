using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>Reads keys and certificates; what a file is, its content says, not its name.</summary>
public static partial class KeyFiles
{
    private const int MaxLength = 1024 * 1024;
    private const int InvalidPassword = unchecked((int)0x80070056); // HRESULT of ERROR_INVALID_PASSWORD

    private const string NoPasswords = "it is protected by a password, and passwords are not supported";

    /// <summary>Loads a certificate with its private key.</summary>
    /// <param name="path">PEM with both, or PFX (PKCS#12) without a password; at most 1 MB.</param>
    /// <returns>The certificate. The caller disposes it.</returns>
    /// <exception cref="CertificateException">It can't be read, is something else, or wants a password.</exception>
    public static X509Certificate2 LoadIdentity(string path) => Load(
        path,
        bytes => IsPem(bytes) ? IdentityFromPem(bytes) : IdentityFromPfx(bytes),
        "it has no certificate with its private key",
        "Give a .pem file that holds both, or a .pfx file without a password.");

    /// <summary>Loads a certificate; a private key beside it is not looked at.</summary>
    /// <param name="path">PEM or DER, at most 1 MB.</param>
    /// <returns>The certificate, without a private key. The caller disposes it.</returns>
    /// <exception cref="CertificateException">It can't be read or is something else.</exception>
    public static X509Certificate2 LoadCertificate(string path) => Load(
        path,
        bytes => IsPem(bytes)
            ? WithText(bytes, text => X509Certificate2.CreateFromPem(text))
            : X509CertificateLoader.LoadCertificate(bytes),
        "it is not a certificate",
        "Give a .crt file, PEM or DER.");

    private static X509Certificate2 Load(
        string path, Func<byte[], X509Certificate2> parse, string otherwise, string remedy)
    {
        var bytes = LimitedFile.Read(path, MaxLength, (message, e) => new CertificateException(message, remedy, e));
        try
        {
            return parse(bytes);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or AsnContentException
                                      or PasswordNeededException)
        {
            var why = e is PasswordNeededException || e.HResult == InvalidPassword ? NoPasswords : otherwise;
            throw new CertificateException($"{path} can't be used: {why}.", remedy, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static bool IsPem(ReadOnlySpan<byte> bytes) => bytes.IndexOf("-----BEGIN "u8) >= 0;

    private static X509Certificate2 IdentityFromPem(byte[] bytes) => WithText(bytes, text =>
    {
        // The second is how OpenSSL marks a key encrypted in its older format (RFC 1421, 4.6.1.1).
        if (text.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal)
            || text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal)) throw new PasswordNeededException();
        return X509Certificate2.CreateFromPem(text, text);
    });

    // Keys go to no key store, where the system can do without.
    private static X509Certificate2 IdentityFromPfx(byte[] bytes)
    {
        var storage = OperatingSystem.IsMacOS()
            ? X509KeyStorageFlags.DefaultKeySet
            : X509KeyStorageFlags.EphemeralKeySet;
        var certificate = X509CertificateLoader.LoadPkcs12(bytes, password: null, storage);
        if (certificate.HasPrivateKey) return certificate;
        certificate.Dispose();
        throw new CryptographicException("There is no private key.");
    }

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

    private sealed class PasswordNeededException : Exception;
}
