using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Secrets.Keys;

/// <summary>Makes keys and writes them to disk.</summary>
public static partial class KeyFiles
{
    private const int KeyBits = 3072;
    private const int Years = 10;

    /// <summary>Makes a self-signed certificate with a new key that can sign secrets and open them.</summary>
    /// <param name="commonName">Who it is, not empty.</param>
    /// <param name="kind">What key.</param>
    /// <returns>The certificate with its private key. The caller disposes it.</returns>
    /// <exception cref="CertificateException">The name can't stand in a certificate.</exception>
    public static X509Certificate2 Create(string commonName, KeyKind kind = KeyKind.Rsa)
    {
        var name = NameOf(commonName);
        if (kind == KeyKind.Rsa)
        {
            using var rsa = RSA.Create(KeyBits);
            return SelfSigned(
                new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                X509KeyUsageFlags.KeyEncipherment);
        }

        var (curve, digest) = kind == KeyKind.P256
            ? (ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256)
            : (ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384);
        using var elliptic = ECDsa.Create(curve);
        return SelfSigned(new CertificateRequest(name, elliptic, digest), X509KeyUsageFlags.KeyAgreement);
    }

    /// <summary>Writes an identity (certificate and private key) and its certificate alone, both as PEM.</summary>
    /// <param name="certificate">Certificate with an exportable RSA or ECDSA private key.</param>
    /// <param name="pemPath">Gets both, the key as unencrypted PKCS#8; readable by its owner only (mode 0600).</param>
    /// <param name="crtPath">Gets the certificate alone, to give away.</param>
    /// <param name="overwrite">Whether existing files may be replaced.</param>
    /// <exception cref="Onnx.OutputExistsException">A target exists; nothing was written.</exception>
    /// <exception cref="Onnx.OutputFailedException">A target can't be written; both are what they were.</exception>
    /// <exception cref="CertificateException">There is no private key, or it may not be exported.</exception>
    public static void WritePem(X509Certificate2 certificate, string pemPath, string crtPath, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (FileIdentity.Same(pemPath, crtPath)) throw new ArgumentException("Two files are written.", nameof(crtPath));
        FileCommit.Refuse(pemPath, overwrite);
        FileCommit.Refuse(crtPath, overwrite);

        var publicPart = Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n");
        var privatePart = PrivateKeyPem(certificate);
        try
        {
            // Together: a certificate beside another key than its own would go unnoticed until something is sealed to
            // it.
            using var files = new FileCommit();
            var pem = files.Add(pemPath, overwrite, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var crt = files.Add(crtPath, overwrite);
            pem.Write(stream =>
            {
                stream.Write(publicPart);
                stream.Write(privatePart);
            });
            crt.Write(stream => stream.Write(publicPart));
            files.Commit();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privatePart);
        }
    }

    private static X509Certificate2 SelfSigned(CertificateRequest request, X509KeyUsageFlags opening)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature | opening, critical: true));

        // Recipients are addressed by this identifier, and other tools look for it in the certificate.
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));

        // From yesterday: the clocks of the two ends may differ.
        var from = DateTimeOffset.UtcNow.AddDays(-1);
        return request.CreateSelfSigned(from, from.AddYears(Years));
    }

    private static X500DistinguishedName NameOf(string commonName)
    {
        if (string.IsNullOrWhiteSpace(commonName))
            throw new CertificateException("The name of the key is empty.", "Say whose key it is.");
        try
        {
            var name = new X500DistinguishedNameBuilder();
            name.AddCommonName(commonName);
            return name.Build();
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new CertificateException(
                $"{commonName} can't be the name of a key: {e.Message}", "Choose a shorter, plain name.", e);
        }
    }

    private static byte[] PrivateKeyPem(X509Certificate2 certificate)
    {
        using AsymmetricAlgorithm key = (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey()
            ?? certificate.GetECDsaPrivateKey()
            ?? throw new CertificateException(
                $"{certificate.Subject} has no RSA or ECDSA private key.", "Make a new key.");
        byte[] der = [];
        char[] text = [];
        try
        {
            der = key.ExportPkcs8PrivateKey();
            text = PemEncoding.Write("PRIVATE KEY", der);
            var pem = new byte[text.Length + 1];
            Encoding.ASCII.GetBytes(text, pem);
            pem[^1] = (byte)'\n';
            return pem;
        }
        catch (CryptographicException e)
        {
            throw new CertificateException(
                $"The private key of {certificate.Subject} can't be exported: {e.Message}", "Make a new key.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
            Array.Clear(text);
        }
    }
}
