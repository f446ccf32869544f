using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>Certificates that are made once for all tests: RSA keys take a while.</summary>
internal static class TestKeys
{
    public static X509Certificate2 Signer { get; } = Rsa("signer");

    public static X509Certificate2 OtherSigner { get; } = Rsa("signer");

    public static X509Certificate2 Alice { get; } = Rsa("alice");

    public static X509Certificate2 Bob { get; } = Rsa("bob");

    public static X509Certificate2 WithoutKeyIdentifier { get; } = Rsa("carol", keyIdentifier: false);

    public static X509Certificate2 Weak { get; } = Rsa("weak", bits: 1024);

    public static X509Certificate2 EllipticSigner { get; } = Elliptic("elliptic", ECCurve.NamedCurves.nistP256);

    public static X509Certificate2 P384Signer { get; } = Elliptic("elliptic", ECCurve.NamedCurves.nistP384);

    public static X509Certificate2 Dora { get; } = Elliptic("dora", ECCurve.NamedCurves.nistP256, keyIdentifier: true);

    public static X509Certificate2 Emil { get; } = Elliptic("emil", ECCurve.NamedCurves.nistP384, keyIdentifier: true);

    public static X509Certificate2 OtherCurve { get; } = Elliptic("fred", ECCurve.NamedCurves.nistP521);

    public static X509Certificate2 PublicPart(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadCertificate(certificate.RawData);

    /// <summary>A signer by its name here, for rows of tests.</summary>
    public static X509Certificate2 Named(string name) => name switch
    {
        nameof(EllipticSigner) => EllipticSigner,
        nameof(P384Signer) => P384Signer,
        _ => Signer,
    };

    private static X509Certificate2 Rsa(string name, bool keyIdentifier = true, int bits = 2048)
    {
        using var key = RSA.Create(bits);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (keyIdentifier)
            request.CertificateExtensions.Add(
                new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return SelfSigned(request);
    }

    private static X509Certificate2 Elliptic(string name, ECCurve curve, bool keyIdentifier = false)
    {
        using var key = ECDsa.Create(curve);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        if (keyIdentifier)
            request.CertificateExtensions.Add(
                new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return SelfSigned(request);
    }

    private static X509Certificate2 SelfSigned(CertificateRequest request) =>
        request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
}
