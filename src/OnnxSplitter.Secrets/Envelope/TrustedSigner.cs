using System.Security.Cryptography.X509Certificates;

namespace OnnxSplitter.Secrets.Envelope;

/// <summary>Whose signature vouches for secrets.</summary>
public abstract record TrustedSigner
{
    private TrustedSigner()
    {
    }

    /// <summary>A certificate alone is trusted by pinning it.</summary>
    public static implicit operator TrustedSigner(X509Certificate2 certificate) => Pinned(certificate);

    /// <summary>A certificate itself, or whoever it has issued a certificate with a name to.</summary>
    /// <param name="certificate">The signer's, or an authority's. Still the caller's to dispose, as below.</param>
    /// <param name="signerName">As for <see cref="IssuedBy"/>; null if the certificate is the signer's own.</param>
    /// <exception cref="CertificateException">As for <see cref="Pinned"/>.</exception>
    public static TrustedSigner Of(X509Certificate2 certificate, string? signerName) =>
        signerName is null ? Pinned(certificate) : IssuedBy(certificate, signerName);

    /// <summary>One certificate, compared byte for byte; no chain is built.</summary>
    /// <param name="certificate">Still the caller's to dispose, after the last use of this object.</param>
    /// <exception cref="CertificateException">Its key is of a kind that signs no secrets.</exception>
    public static TrustedSigner Pinned(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        CertificateRules.CheckKind("trusted signer", certificate);
        return new Pin(certificate);
    }

    /// <summary>Any certificate of one name that an authority has issued, so that a vendor can renew its key.</summary>
    /// <param name="authority">
    /// The authority's self-signed certificate, and no other: neither the system's roots nor intermediate ones count,
    /// and no revocation is looked up, since a device may be offline. Still the caller's to dispose.
    /// </param>
    /// <param name="name">The signer's common name, exactly; it must have one and no other.</param>
    /// <remarks>Compact secrets hold no certificate, so they open with a pinned one alone.</remarks>
    public static TrustedSigner IssuedBy(X509Certificate2 authority, string name)
    {
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new Authority(authority, name);
    }

    /// <summary>The certificate to verify a file's signature with.</summary>
    /// <param name="embedded">The one that the file holds, or null.</param>
    /// <param name="signed">When the file says it was signed.</param>
    /// <returns>The certificate, which the caller does not dispose; null if this one is not trusted.</returns>
    internal abstract X509Certificate2? Find(X509Certificate2? embedded, DateTimeOffset signed);

    private sealed record Pin(X509Certificate2 Certificate) : TrustedSigner
    {
        internal override X509Certificate2? Find(X509Certificate2? embedded, DateTimeOffset signed) =>
            embedded is null || embedded.RawDataMemory.Span.SequenceEqual(Certificate.RawDataMemory.Span)
                ? Certificate
                : null;
    }

    private sealed record Authority(X509Certificate2 Certificate, string Name) : TrustedSigner
    {
        private const string CommonName = "2.5.4.3";

        internal override X509Certificate2? Find(X509Certificate2? embedded, DateTimeOffset signed)
        {
            if (embedded is null || !IsNamed(embedded) || !CertificateRules.MaySign(embedded)) return null;
            using var chain = new X509Chain
            {
                ChainPolicy =
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { Certificate },
                    RevocationMode = X509RevocationMode.NoCheck,
                    DisableCertificateDownloads = true,
                    VerificationTime = signed.UtcDateTime,
                },
            };
            return chain.Build(embedded) && chain.ChainElements.Count == 2 ? embedded : null;
        }

        private bool IsNamed(X509Certificate2 certificate)
        {
            var parts = certificate.SubjectName.EnumerateRelativeDistinguishedNames().ToList();
            if (parts.Exists(part => part.HasMultipleElements)) return false;
            var names = parts.FindAll(part => part.GetSingleElementType().Value == CommonName);
            return names.Count == 1 && names[0].GetSingleElementValue() == Name;
        }
    }
}
