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
        ForeignForm.Refuse(content, name);
        X509Certificate2 certificate;
        try
        {
            certificate = Load(content, default, name);
        }
        catch (CryptographicException e) when (e.HResult == InvalidPassword)
        {
            certificate = EncryptedKey.WithPassphrase(name, passphrase, spoken =>
            {
                try
                {
                    return Load(content, spoken, name);
                }
                catch (CryptographicException wrong) when (wrong.HResult == InvalidPassword)
                {
                    throw EncryptedKey.WrongPassphrase(name, wrong);
                }
            });
        }

        var kind = ForeignKey.KindOf(certificate);
        if (kind is null && certificate.HasPrivateKey) return certificate;
        certificate.Dispose();
        throw kind is null
            ? new CryptographicException("There is no private key.")
            : ForeignKey.Refusal(name, kind);
    }

    private static X509Certificate2 Load(byte[] content, ReadOnlySpan<char> password, string name)
    {
        var storage = OperatingSystem.IsMacOS()
            ? X509KeyStorageFlags.DefaultKeySet
            : X509KeyStorageFlags.EphemeralKeySet;
        try
        {
            return X509CertificateLoader.LoadPkcs12(content, password, storage);
        }
        catch (Pkcs12LoadLimitExceededException e)
        {
            throw new CertificateException(
                $"{name} can't be used: it is PKCS#12 beyond what the platform takes. {e.Message}",
                "Write it as PEM, which has no such limit: openssl pkcs12 -in FILE -out key.pem.", e);
        }
        catch (CryptographicException e) when (e.HResult != InvalidPassword)
        {
            RefuseForeign(content, password, name);
            throw;
        }
    }

    // The platform says nothing of why it takes no such key.
    private static void RefuseForeign(byte[] content, ReadOnlySpan<char> password, string name)
    {
        var certificates = X509CertificateLoader.LoadPkcs12Collection(
            content, password, loaderLimits: new Pkcs12LoaderLimits { IgnorePrivateKeys = true });
        var kind = certificates.Select(ForeignKey.KindOf).FirstOrDefault(kind => kind is not null);
        foreach (var certificate in certificates) certificate.Dispose();
        if (kind is not null) throw ForeignKey.Refusal(name, kind);
    }
}
