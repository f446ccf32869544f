using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>A certificate and the private key that goes with it, wherever that key lies.</summary>
/// <remarks>
/// The constructors take any implementation of the platform's key classes: a key that never leaves its device only has
/// to override the one operation that is used, named at each constructor.
/// </remarks>
public sealed class Identity : IDisposable
{
    private readonly ECDsa? _ecdsa;

    /// <summary>An identity with an RSA key.</summary>
    /// <param name="certificate">Owned by this object from here on; it needs no private key of its own.</param>
    /// <param name="key">
    /// Opens by <see cref="RSA.Decrypt(byte[], RSAEncryptionPadding)"/> with OAEP-SHA256 and signs by
    /// <see cref="RSA.SignHash(byte[], HashAlgorithmName, RSASignaturePadding)"/>. Owned by this object from here on.
    /// </param>
    public Identity(X509Certificate2 certificate, RSA key)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(key);
        Certificate = certificate;
        Rsa = key;
    }

    /// <summary>An identity with an elliptic key.</summary>
    /// <param name="certificate">Owned by this object from here on; it needs no private key of its own.</param>
    /// <param name="signing">
    /// Signs by <see cref="ECDsa.SignHash(byte[])"/>; null if the key can't. Owned by this object from here on.
    /// </param>
    /// <param name="agreement">
    /// Opens by
    /// <see cref="ECDiffieHellman.DeriveKeyFromHash(ECDiffieHellmanPublicKey, HashAlgorithmName, byte[], byte[])"/>;
    /// null if the key can't. Owned by this object from here on.
    /// </param>
    public Identity(X509Certificate2 certificate, ECDsa? signing, ECDiffieHellman? agreement)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        Certificate = certificate;
        _ecdsa = signing;
        Agreement = agreement;
    }

    /// <summary>The certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The key that signs, RSA or ECDSA; null if there is none.</summary>
    public AsymmetricAlgorithm? SigningKey => (AsymmetricAlgorithm?)Rsa ?? _ecdsa;

    /// <summary>The RSA key that opens, or null.</summary>
    internal RSA? Rsa { get; }

    /// <summary>The elliptic key that opens, or null.</summary>
    internal ECDiffieHellman? Agreement { get; }

    /// <summary>Whether there is a key that opens.</summary>
    public bool CanOpen => Rsa is not null || Agreement is not null;

    /// <summary>Takes the private key that a certificate object holds.</summary>
    /// <param name="certificate">
    /// Still the caller's to dispose. What its key usage does not allow, the identity can't do.
    /// </param>
    /// <returns>The identity; without a key, it can neither sign nor open. The caller disposes it.</returns>
    public static Identity Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var copy = X509CertificateLoader.LoadCertificate(certificate.RawData);
        return certificate.GetRSAPrivateKey() is { } rsa
            ? new Identity(copy, rsa)
            : new Identity(copy, certificate.GetECDsaPrivateKey(), certificate.GetECDiffieHellmanPrivateKey());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Rsa?.Dispose();
        _ecdsa?.Dispose();
        Agreement?.Dispose();
        Certificate.Dispose();
    }
}
