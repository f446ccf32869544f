using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>Keys in the system's certificate store.</summary>
/// <remarks>
/// Named <c>store:THUMBPRINT</c>, the SHA-1 thumbprint in hexadecimal that the system's own tools show; it is looked
/// for among the current user's personal certificates, then among the machine's. .NET keeps such a store on every
/// system.
/// </remarks>
public static class StoredKeys
{
    /// <summary>How names of stored keys begin.</summary>
    public const string Prefix = "store:";

    private const string Remedy = "Give store: and the thumbprint of a personal certificate with its private key.";

    /// <summary>Loads a certificate with its private key.</summary>
    /// <param name="name"><c>store:THUMBPRINT</c>.</param>
    /// <returns>The identity. The caller disposes it.</returns>
    /// <exception cref="CertificateException">There is no such certificate, or it has no private key.</exception>
    public static Identity Load(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            throw new CertificateException($"{name} names no stored key.", Remedy);
        foreach (var location in new[] { StoreLocation.CurrentUser, StoreLocation.LocalMachine })
        {
            using var store = new X509Store(StoreName.My, location);
            try
            {
                store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            }
            catch (CryptographicException)
            {
                // There is no such store here.
                continue;
            }

            var found = store.Certificates.Find(X509FindType.FindByThumbprint, name[Prefix.Length..], validOnly: false);
            var identity = found.Where(certificate => certificate.HasPrivateKey).Select(Identity.Of).FirstOrDefault();
            foreach (var certificate in found) certificate.Dispose();
            if (identity is not null) return identity;
        }

        throw new CertificateException($"The certificate store has no key {name}.", Remedy);
    }
}
