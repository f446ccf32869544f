using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>PKCS#12 with a private key and its certificate.</summary>
internal static class PfxIdentity
{
    private const int InvalidPassword = unchecked((int)0x80070056); // HRESULT of ERROR_INVALID_PASSWORD

    /// <summary>Reads the certificate and its key.</summary>
    /// <remarks>Keys go to no key store, where the system can do without.</remarks>
    /// <exception cref="CryptographicException">There are not both.</exception>
    public static X509Certificate2 Read(byte[] content, string name, PassphraseSource? passphrase)
    {
        X509Certificate2 certificate;
        try
        {
            certificate = Load(content, default);
        }
        catch (CryptographicException e) when (e.HResult == InvalidPassword)
        {
            certificate = EncryptedKey.WithPassphrase(name, passphrase, spoken =>
            {
                try
                {
                    return Load(content, spoken);
                }
                catch (CryptographicException wrong) when (wrong.HResult == InvalidPassword)
                {
                    throw EncryptedKey.WrongPassphrase(name, wrong);
                }
            });
        }

        if (certificate.HasPrivateKey) return certificate;
        certificate.Dispose();
        throw new CryptographicException("There is no private key.");
    }

    private static X509Certificate2 Load(byte[] content, ReadOnlySpan<char> password)
    {
        var storage = OperatingSystem.IsMacOS()
            ? X509KeyStorageFlags.DefaultKeySet
            : X509KeyStorageFlags.EphemeralKeySet;
        return X509CertificateLoader.LoadPkcs12(content, password, storage);
    }
}
