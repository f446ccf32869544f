namespace OnnxSplitter.Secrets.Envelope;

/// <summary>How secrets are sealed.</summary>
public sealed record SealOptions
{
    /// <summary>
    /// Whether an RSA key signs by RSASSA-PSS (RFC 4056) instead of PKCS#1 v1.5, which every key store can do. Elliptic
    /// keys sign by ECDSA in any case.
    /// </summary>
    public bool Pss { get; init; }

    /// <summary>
    /// For whom and for how long the secrets may be used; null for no limit, or, where recipients change, the old one.
    /// </summary>
    public SecretsTerms? Terms { get; init; }
}
