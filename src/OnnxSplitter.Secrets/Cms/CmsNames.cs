namespace OnnxSplitter.Secrets.Cms;

/// <summary>The object identifiers that envelopes may hold: one choice each.</summary>
internal static class CmsNames
{
    // RFC 5652, sections 4, 5.1, 6.1 and 11.1 to 11.3.
    public const string Data = "1.2.840.113549.1.7.1";
    public const string SignedData = "1.2.840.113549.1.7.2";
    public const string EnvelopedData = "1.2.840.113549.1.7.3";
    public const string ContentType = "1.2.840.113549.1.9.3";
    public const string MessageDigest = "1.2.840.113549.1.9.4";
    public const string SigningTime = "1.2.840.113549.1.9.5";

    // This project's own, of a UUID (ITU-T X.667), so that nobody had to register it: see SecretsTerms.
    public const string Terms = "2.25.168223145364893102129680886488332591403";

    // RFC 5754, section 2.
    public const string Sha256 = "2.16.840.1.101.3.4.2.1";
    public const string Sha384 = "2.16.840.1.101.3.4.2.2";
    public const string Sha512 = "2.16.840.1.101.3.4.2.3";

    // RFC 5754, sections 3.2 and 3.3 (the digest of an RSA signature is named beside it), and RFC 4056, section 3.
    public const string RsaSignature = "1.2.840.113549.1.1.1";
    public const string RsaPss = "1.2.840.113549.1.1.10";
    public const string EcdsaSha256 = "1.2.840.10045.4.3.2";
    public const string EcdsaSha384 = "1.2.840.10045.4.3.3";
    public const string EcdsaSha512 = "1.2.840.10045.4.3.4";

    // RFC 3565, sections 2.2 and 2.3.2, and RFC 8017, appendices A.2.1 and B.2.1.
    public const string Aes256Cbc = "2.16.840.1.101.3.4.1.42";
    public const string Aes256Wrap = "2.16.840.1.101.3.4.1.45";
    public const string RsaOaep = "1.2.840.113549.1.1.7";
    public const string Mgf1 = "1.2.840.113549.1.1.8";

    // RFC 5753, sections 7.1.3 and 7.1.4, and RFC 5480, section 2.1.1.1.
    public const string EcPublicKey = "1.2.840.10045.2.1";
    public const string P256 = "1.2.840.10045.3.1.7";
    public const string P384 = "1.3.132.0.34";
    public const string EcdhSha256 = "1.3.132.1.11.1";
    public const string EcdhSha384 = "1.3.132.1.11.2";
}
