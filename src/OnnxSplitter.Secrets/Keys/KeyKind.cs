namespace OnnxSplitter.Secrets.Keys;

/// <summary>Kinds of keys that are made here.</summary>
public enum KeyKind
{
    /// <summary>RSA, 3072 bits.</summary>
    Rsa,

    /// <summary>Elliptic, on the curve P-256 (FIPS 186-5).</summary>
    P256,

    /// <summary>Elliptic, on the curve P-384 (FIPS 186-5).</summary>
    P384,
}
