using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Vectors.Samples;

/// <summary>The keys of the vectors. They are public, so they protect nothing.</summary>
/// <remarks>Read from the folder of the vectors; one that it lacks is made there.</remarks>
internal sealed class TestKeys(string folder)
{
    private const int RsaBits = 2048;

    private const string Preamble = "Test key: everybody has it, so it protects nothing.\n";

    /// <summary>Who vouches for the secrets of nearly all vectors.</summary>
    public X509Certificate2 Vendor => field ??= Get("vendor", () => Rsa("vendor"));

    public X509Certificate2 EllipticVendor =>
        field ??= Get("vendor-p256", () => Elliptic("vendor-p256", ECCurve.NamedCurves.nistP256));

    public X509Certificate2 StrongVendor =>
        field ??= Get("vendor-p384", () => Elliptic("vendor-p384", ECCurve.NamedCurves.nistP384));

    /// <summary>A vendor whose certificate held in 2020 and 2021 alone.</summary>
    public X509Certificate2 ExpiredVendor => field ??= Get("vendor-expired", () => Rsa("vendor-expired", until: 2022));

    /// <summary>Another vendor, whom nobody trusts.</summary>
    public X509Certificate2 Stranger => field ??= Get("stranger", () => Rsa("stranger"));

    /// <summary>Somebody whose certificate has the vendor's name and serial number.</summary>
    public X509Certificate2 Impostor =>
        field ??= Get("impostor", () => Rsa("vendor", serial: Vendor.SerialNumberBytes.ToArray()));

    /// <summary>An authority that issues certificates.</summary>
    public X509Certificate2 Authority => field ??= Get("authority", () => Root("authority"));

    /// <summary>Another authority, which has the same name.</summary>
    public X509Certificate2 OtherAuthority => field ??= Get("other-authority", () => Root("authority"));

    /// <summary>A vendor whose certificate the authority has issued.</summary>
    public X509Certificate2 Issued => field ??= Get("vendor-issued", () => IssuedBy(Authority, "vendor-issued"));

    /// <summary>Somebody of that name to whom the other authority has issued a certificate.</summary>
    public X509Certificate2 IssuedByOther =>
        field ??= Get("stranger-issued", () => IssuedBy(OtherAuthority, "vendor-issued"));

    /// <summary>The recipient of nearly all vectors.</summary>
    public X509Certificate2 Alice => field ??= Get("alice", () => Rsa("alice"));

    public X509Certificate2 Bob => field ??= Get("bob", () => Rsa("bob"));

    /// <summary>A recipient whose certificate carries no subject key identifier.</summary>
    public X509Certificate2 Carol => field ??= Get("carol", () => Rsa("carol", identifier: false));

    /// <summary>A recipient with a key on P-256.</summary>
    public X509Certificate2 Dave => field ??= Get("dave", () => Elliptic("dave", ECCurve.NamedCurves.nistP256));

    /// <summary>A recipient with a key on P-384.</summary>
    public X509Certificate2 Erin => field ??= Get("erin", () => Elliptic("erin", ECCurve.NamedCurves.nistP384));

    private X509Certificate2 Get(string name, Func<X509Certificate2> make)
    {
        var path = Path.Combine(folder, $"{name}.pem");
        if (!File.Exists(path))
        {
            using var made = make();
            using var key = (AsymmetricAlgorithm?)made.GetRSAPrivateKey() ?? made.GetECDsaPrivateKey()!;
            File.WriteAllText(path, $"{Preamble}{made.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        }

        return X509Certificate2.CreateFromPemFile(path);
    }

    private static X509Certificate2 Rsa(string name, int until = 2100, bool identifier = true, byte[]? serial = null)
    {
        using var key = RSA.Create(RsaBits);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (identifier)
            request.CertificateExtensions.Add(
                new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var made = request.Create(
            request.SubjectName, X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1),
            Year(2020), Year(until), serial ?? Serial());
        return made.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 Elliptic(string name, ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var made = request.Create(
            request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), Year(2020), Year(2100), Serial());
        return made.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 Root(string name)
    {
        using var key = RSA.Create(RsaBits);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, critical: true));
        return request.CreateSelfSigned(Year(2020), Year(2100));
    }

    private static X509Certificate2 IssuedBy(X509Certificate2 authority, string name)
    {
        using var key = RSA.Create(RsaBits);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        using var made = request.Create(authority, Year(2020), Year(2100), Serial());
        return made.CopyWithPrivateKey(key);
    }

    private static byte[] Serial() => [0x41, .. RandomNumberGenerator.GetBytes(7)];

    private static DateTimeOffset Year(int year) => new(year, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
