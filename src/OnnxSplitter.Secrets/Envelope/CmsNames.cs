namespace OnnxSplitter.Secrets.Envelope;

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

    // RFC 5754, sections 2.2, 3.2 and 3.3. The digest of an RSA signature is named beside it.
    public const string Sha256 = "2.16.840.1.101.3.4.2.1";
    public const string RsaSignature = "1.2.840.113549.1.1.1";
    public const string EcdsaSignature = "1.2.840.10045.4.3.2";

    // RFC 3565, section 2.2, and RFC 8017, appendices A.2.1 and B.2.1.
    public const string Aes256Cbc = "2.16.840.1.101.3.4.1.42";
    public const string RsaOaep = "1.2.840.113549.1.1.7";
    public const string Mgf1 = "1.2.840.113549.1.1.8";
}
