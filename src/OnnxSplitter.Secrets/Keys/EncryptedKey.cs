using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>Certificates with private keys that a passphrase may protect.</summary>
internal static class EncryptedKey
{
    private const int InvalidPassword = unchecked((int)0x80070056); // HRESULT of ERROR_INVALID_PASSWORD
    private const string PassphraseRemedy = "Give the Passphrase of the key.";
    private const string OldEncryptionRemedy =
        "Convert it: openssl pkcs8 -topk8 writes the newer form, which has a better key derivation.";

    /// <summary>Reads a certificate and its key from PEM.</summary>
    public static X509Certificate2 FromPem(byte[] bytes, string name, PassphraseSource? passphrase) =>
        KeyText.Use(bytes, text =>
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

    /// <summary>Reads a certificate and its key from PKCS#12.</summary>
    /// <remarks>Keys go to no key store, where the system can do without.</remarks>
    public static X509Certificate2 FromPfx(byte[] bytes, string name, PassphraseSource? passphrase)
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
